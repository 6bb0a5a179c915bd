/** Up to which number of its log the owner of a document has accepted that updates are lost. */
export const acceptedLoss = `
ALTER TABLE documents ADD COLUMN loss_accepted INTEGER NOT NULL DEFAULT 0;
`;
