import { specialUnits } from '@holdfast/schemas'
import type { Members } from '@holdfast/trust'
import { escapeHtml, type PlainPage } from '../../page/plain-page.ts'
import { signInRoles } from '../claims/session-of-claims.ts'
import { type ChooserLanguage, chooserTexts } from './chooser-texts.ts'

/** The countries of the README's examples come first. */
const ofTheExamples = ['SG', 'TL']

/** The page where a developer chooses whom to sign in as. `authorization` is returned to the desk with the choice. */
export function chooserPage(members: Members, authorization: Readonly<Record<string, string>>, language: ChooserLanguage): PlainPage {
  const texts = chooserTexts(language)
  const byName = [...members.values()].sort((one, other) => one.name.localeCompare(other.name, 'en'))
  const first = byName.filter(({ country }) => ofTheExamples.includes(country))
  const countries = [...first, ...byName.filter(member => !first.includes(member))].map(({ country, name }) =>
    option(country, `${name} (${country})`),
  )
  const hidden = Object.entries(authorization).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return {
    title: texts.title,
    language,
    body: `<p>${texts.why}</p>
<form action="choose" method="get">
${hidden.join('\n')}
<label>${texts.country} <select name="country">${countries.join('')}${option('', texts.noCountry)}</select></label>
<label>${texts.role} <select name="role">${rolesByUse.map(role => option(role, role)).join('')}</select></label>
<label>${texts.unit} <select name="unit">${option('', texts.noUnit)}${specialUnits.map(unit => option(unit, unit)).join('')}</select></label>
<label>${texts.person} <input name="person" required maxlength="64" pattern="[A-Za-z0-9._@\\-]+" value="j.doe" autocomplete="off" spellcheck="false"></label>
<button>${texts.signIn}</button>
</form>`,
  }
}

/** The page is for people, so the role of systems comes last. An operator has no country, whatever is chosen. */
const rolesByUse = [...signInRoles.filter(role => role !== 'system'), 'system']

const option = (value: string, text: string): string => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`
