/**
 * One reading of the text after another, of which only what is new has to travel to the page.
 * Knows nothing of how it travels.
 */
import { type Block, readBlocks, type Source } from "./reading.ts";

/** A block by its number; its HTML only where the round before had none like it. */
export interface PlacedBlock extends Pick<Block, "line" | "end"> {
  readonly id: number;
  readonly html?: string;
}

export class Rounds {
  #next = 0;
  #known = new Map<string, number>();

  /** All blocks in their order; each number once. */
  read(source: Source): PlacedBlock[] {
    const known = new Map<string, number>();
    const counts = new Map<string, number>();
    const blocks = readBlocks(source).map(({ html, line, end }) => {
      const nth = counts.get(html) ?? 0;
      counts.set(html, nth + 1);
      const key = `${nth} ${html}`;
      const before = this.#known.get(key);
      const id = before ?? this.#next++;
      known.set(key, id);
      return before === undefined ? { id, line, end, html } : { id, line, end };
    });
    this.#known = known;
    return blocks;
  }
}
