/** Chooses a plural by the rules of one language (CLDR, by Intl). Knows no sentence. */

/** `other` stands for every form that the language has and that is not given. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** @param locale A BCP 47 tag. */
export function plurals(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  return (count, forms) => forms[rules.select(count)] ?? forms.other;
}
