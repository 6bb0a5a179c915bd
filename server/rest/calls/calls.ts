/** Every call there is, by its kind: what is not listed here is not described, and a test fails. */
import type { CallGroup } from "../call.ts";
import { adminCalls } from "./admin-calls.ts";
import { attachmentCalls } from "./attachment-calls.ts";
import { descriptionCalls } from "./description-calls.ts";
import { documentCalls } from "./document-calls.ts";
import { eventCalls } from "./event-calls.ts";
import { exportCalls } from "./export-calls.ts";
import { healthCalls } from "./health-calls.ts";
import { importCalls } from "./import-calls.ts";
import { linkCalls } from "./link-calls.ts";
import { webhookCalls } from "./webhook-calls.ts";
import { writingCalls } from "./writing-calls.ts";

/** In the order in which they are shown. */
export const CALL_GROUPS: readonly CallGroup[] = [
  {
    name: "Documents",
    description: "Make documents, read them in any format, and end them.",
    calls: [...documentCalls, ...importCalls, ...writingCalls, ...exportCalls],
  },
  {
    name: "Links",
    description: "Who may open a document, in what role and for how long.",
    calls: linkCalls,
  },
  {
    name: "Images",
    description: "What a text shows beside its words.",
    calls: attachmentCalls,
  },
  {
    name: "Changes",
    description: "Follow a document, or have its changes told to an address.",
    calls: [...eventCalls, ...webhookCalls],
  },
  {
    name: "Server",
    description: "For whoever runs it.",
    calls: [...adminCalls, ...healthCalls],
  },
  {
    name: "Description",
    description: "All of this, for programs and for people.",
    calls: descriptionCalls,
  },
];
