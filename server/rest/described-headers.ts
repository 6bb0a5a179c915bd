/** Headers of an answer as OpenAPI writes them. */

/** As text; each is always there. */
export type DescribedHeader = {
  readonly description: string;
  readonly required: true;
  readonly schema: { readonly type: "string" };
};

/** @param headers Each with what it tells. */
export function headersOf(
  headers: Readonly<Record<string, string>>,
): Record<string, DescribedHeader> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, required: true, schema: { type: "string" } },
    ]),
  );
}
