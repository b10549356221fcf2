import { parametersOf, pluralFormsOf } from './parameters.ts'
import type { Catalog, Language } from './read-catalog.ts'

/** What is wrong with the translations, as one line each: ids, parameters and plural forms against English. */
export function problemsOf(catalogs: Readonly<Record<Language, Catalog>>): string[] {
  const { en, ...others } = catalogs
  const english = [...en.keys()]
  return [
    ...english.flatMap(id => problemsOfText('en', id, en.get(id) ?? '', en.get(id) ?? '')),
    ...Object.entries(others).flatMap(([language, catalog]) => [
      ...english.flatMap(id => {
        const text = catalog.get(id)
        return text === undefined ? [`${language}.po lacks the message ${id}.`] : problemsOfText(language, id, text, en.get(id) ?? '')
      }),
      ...[...catalog.keys()].filter(id => !en.has(id)).map(id => `${language}.po has the message ${id}, which en.po lacks.`),
      ...orderProblem(language, [...catalog.keys()], english),
    ]),
  ]
}

function problemsOfText(language: string, id: string, text: string, english: string): string[] {
  const name = `${language}.po, ${id}:`
  if (text.trim() === '') return [`${name} the text is empty.`]
  try {
    const wanted = describe(english)
    const isSame = describe(text) === wanted
    return [
      ...(isSame ? [] : [`${name} the parameters must be: ${wanted || 'none'}.`]),
      ...missingForms(language, text).map(form => `${name} the plural form “${form}” is missing.`),
    ]
  } catch (error) {
    return [`${name} the text is not ICU MessageFormat: ${(error as Error).message}`]
  }
}

const describe = (text: string): string => [...parametersOf(text)].map(([name, type]) => `${name} (${type})`).join(', ')

/** A plural with “other” alone has one text for every number. “many” of French and Spanish is for millions, which “other” covers. */
function missingForms(language: string, text: string): string[] {
  const rules = new Intl.PluralRules(language)
  const wanted = rules.resolvedOptions().pluralCategories.filter(form => language === 'ar' || form !== 'many')
  return pluralFormsOf(text).flatMap(forms =>
    forms.every(form => form === 'other' || form.startsWith('=')) ? [] : wanted.filter(form => !forms.includes(form)),
  )
}

function orderProblem(language: string, ids: readonly string[], english: readonly string[]): string[] {
  const at = ids.findIndex((id, i) => id !== english[i])
  const isSame = ids.length === english.length && ids.every(id => english.includes(id))
  return isSame && at >= 0 ? [`${language}.po has ${ids[at]} where en.po has ${english[at]}: keep the order of en.po.`] : []
}
