/** What a search thread is asked, and what it answers: plain data. */
import type { Packed } from "../../persistence/packing.ts";
import type { EntryHead, EntryTitle } from "../../persistence/search-entry.ts";

/** A stretch of the list of all documents, to be held against the index. */
export interface Stretch {
  readonly documents: readonly EntryHead[];
  /** Places that it covers: from this one on … */
  readonly from: number;
  /** … and below this one. */
  readonly before: number;
}

export interface Comparison {
  /** Ids of documents that have changed since they were read, or never were. */
  readonly behind: readonly string[];
  /** Ids of documents that the stretch does not have. */
  readonly strays: readonly string[];
}

export interface Hit {
  readonly id: string;
  readonly place: number;
  /** Some of the text around what was looked for. */
  readonly snippet: string;
}

/** Each call with its arguments and its answer. */
export interface SearchCalls {
  put: { args: [EntryHead, stored: Packed]; answer: void };
  remove: { args: [id: string]; answer: void };
  titles: { args: [ids: readonly string[]]; answer: readonly EntryTitle[] };
  compare: { args: [Stretch]; answer: Comparison };
  find: { args: [query: string, before: number, most: number]; answer: readonly Hit[] };
}

export interface SearchQuestion {
  readonly call: keyof SearchCalls;
  readonly args: readonly unknown[];
}
