/**
 * What a search index holds of a document, and what is asked of it, wherever it is kept. Nothing
 * is in it that could not be made anew; it knows neither Yjs nor how text is folded.
 */

/** A document as it is found. */
export interface SearchEntry {
  /** Of `ListedDocument`. */
  readonly place: number;
  readonly id: string;
  /** Up to where its log was read. */
  readonly seq: number;
  readonly title: string;
  /** Of the text in UTF-8. */
  readonly bytes: number;
  readonly text: string;
  /** Folded title and text, a line end between them. */
  readonly folded: string;
}

/** What of an entry tells whether it is up to date. */
export type EntryHead = Pick<SearchEntry, "place" | "id" | "seq">;

/** What is listed of a document without looking for anything. */
export type EntryTitle = Pick<SearchEntry, "id" | "seq" | "title" | "bytes">;

/** Entries of lower places that hold every word. */
export interface SearchRequest {
  /** Folded, and without spaces. */
  readonly words: readonly string[];
  readonly before: number;
  readonly most: number;
}

/** Now, or in a moment. */
type Soon<T> = T | Promise<T>;

/** The entries of all documents. */
export interface SearchEntries {
  /** In place of what was there of the document. */
  put(entry: SearchEntry): Soon<void>;
  remove(id: string): Soon<void>;
  /** Of those that there are. */
  titles(ids: readonly string[]): Soon<EntryTitle[]>;
  /** Entries of these places, the first included. */
  heads(from: number, before: number): Soon<EntryHead[]>;
  /** One after another, newest document first: their texts may be large. */
  find(request: SearchRequest): Iterable<SearchEntry> | AsyncIterable<SearchEntry>;
}
