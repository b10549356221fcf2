/** How a language counts: the words for a number of things. */
export type Counted = (n: number) => string

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** Words that follow a number, by the rules of the language; `#` stands for the number. */
export const counted = (language: string): ((forms: Forms) => Counted) => {
  const rules = new Intl.PluralRules(language)
  const figures = new Intl.NumberFormat(`${language}-u-nu-latn`)
  return forms => n => (forms[rules.select(n)] ?? forms.other).replace('#', figures.format(n))
}
