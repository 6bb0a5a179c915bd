/** When a document was deleted; NULL for all that are not in the trash. */
export const trash = `
ALTER TABLE documents ADD COLUMN deleted_at INTEGER;

CREATE INDEX documents_in_trash ON documents (deleted_at) WHERE deleted_at IS NOT NULL;
`;
