import { specialUnits } from '@holdfast/schemas'
import type { Members } from '@holdfast/trust'
import { escapeHtml, type PlainPage } from '../../page/plain-page.ts'
import { signInRoles } from '../claims/session-of-claims.ts'
import { type ChooserLanguage, chooserTexts } from './chooser-texts.ts'

/** Those of the examples of the README come first. */
const ofTheExamples = ['SG', 'TL']

/** The page on which somebody says who to be. `asked` is what the desk wants to have back with the answer. */
export function chooserPage(members: Members, asked: Readonly<Record<string, string>>, language: ChooserLanguage): PlainPage {
  const words = chooserTexts(language)
  const byName = [...members.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'))
  const first = byName.filter(({ country }) => ofTheExamples.includes(country))
  const countries = [...first, ...byName.filter(member => !first.includes(member))].map(({ country, name }) =>
    option(country, `${name} (${country})`),
  )
  const hidden = Object.entries(asked).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return {
    title: words.title,
    language,
    body: `<p>${words.why}</p>
<form action="choose" method="get">
${hidden.join('\n')}
<label>${words.country} <select name="country">${countries.join('')}${option('', words.noCountry)}</select></label>
<label>${words.role} <select name="role">${rolesByUse.map(role => option(role, role)).join('')}</select></label>
<label>${words.unit} <select name="unit">${option('', words.noUnit)}${specialUnits.map(unit => option(unit, unit)).join('')}</select></label>
<label>${words.person} <input name="person" required maxlength="64" pattern="[A-Za-z0-9._@\\-]+" value="j.doe" autocomplete="off" spellcheck="false"></label>
<button>${words.signIn}</button>
</form>`,
  }
}

/** A page is for people: that of machines comes last. An operator has no country, whichever is chosen. */
const rolesByUse = [...signInRoles.filter(role => role !== 'system'), 'system']

const option = (value: string, text: string): string => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`
