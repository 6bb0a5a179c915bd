/** Attachments as files keep the contract of all. */
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import { attachmentContract } from "../contract/attachment-contract.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

attachmentContract("files", async (t) => openAttachmentFiles(await temporaryFolder(t)));
