/** Which Quire this is, from `package.json`. */
import { readFileSync } from "node:fs";

const PACKAGE = new URL("../package.json", import.meta.url);

/** Such as `1.2.3`. */
export const VERSION = (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version;
