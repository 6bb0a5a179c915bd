/** `deploy/compose.yaml` as a container engine would take it, with the settings of `env.example`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../helpers/program.ts";

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

export interface ComposeService {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly extra_hosts?: Readonly<Record<string, string>>;
  readonly networks: Readonly<Record<string, { readonly ipv4_address: string } | null>>;
}

export function deployFile(name: string): string {
  return readFileSync(join(ROOT, "deploy", name), "utf8");
}

export function composeFile(): ComposeFile {
  const given = exampleSettings();
  const fill = (text: string) =>
    text.replaceAll(
      /\$\{(\w+):([-?])([^}]*)\}/g,
      (_, name: string, kind: string, standard: string) => {
        return given[name] || (kind === "?" ? "secret" : standard);
      },
    );
  const filled = (_key: unknown, value: unknown) =>
    typeof value === "string" ? fill(value) : value;
  return parse(deployFile("compose.yaml"), filled, { merge: true }) as ComposeFile;
}

/** The nodes by their names. */
export function nodesOf({ services }: ComposeFile): [string, ComposeService][] {
  return Object.entries(services).filter(([, { image }]) => image.startsWith("quire"));
}

/** Every variable that may be set, the secrets empty. */
function exampleSettings(): Record<string, string> {
  const lines = [...deployFile("env.example").matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}
