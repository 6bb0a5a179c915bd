/** Functions of Node's own modules, replaced for one test wherever they are imported. */
import { syncBuiltinESMExports } from "node:module";
import type { Scope } from "./scope.ts";

/** @param module The default export of a built-in module. */
export function replaceBuiltIn<Module extends object, Name extends keyof Module>(
  t: Scope,
  module: Module,
  name: Name,
  replacement: Module[Name],
): void {
  const original = module[name];
  const put = (value: Module[Name]) => {
    module[name] = value;
    syncBuiltinESMExports();
  };
  t.after(() => put(original));
  put(replacement);
}
