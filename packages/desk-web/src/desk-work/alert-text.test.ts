import { type AlertCode, alertCodeSchema, dualApprovalCommands } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { ar } from '../words/ar.ts'
import { en, type Words } from '../words/en.ts'
import { es } from '../words/es.ts'
import { fr } from '../words/fr.ts'
import { alertText } from './alert-text.ts'

const parametersOf = (code: AlertCode) => {
  if (code === 'movedOnward') return { parameters: { amount: { currency: 'USD', value: '1234.50' }, country: 'MY', report: 7 } }
  return code === 'proposed' ? { parameters: { command: 'ConfirmFreeze' as const } } : {}
}

describe.each([en, fr, es, ar] as Words[])('an alert in $tag', words => {
  test('has a sentence of its own for each code that there is', () => {
    const sentences = alertCodeSchema.options.map(code => alertText({ code, ...parametersOf(code) }, words))
    for (const sentence of sentences) expect(sentence).toMatch(/^.{20,}\.$/u)
    expect(new Set(sentences).size).toBe(sentences.length)
  })

  test('names amount, country and command as the reader does', () => {
    const country = new Intl.DisplayNames([words.tag], { type: 'region' }).of('MY') as string
    const moved = alertText({ code: 'movedOnward', ...parametersOf('movedOnward') }, words)
    expect(moved).toContain('\u2066USD 1,234.50\u2069')
    expect(moved).toContain(country)
    for (const command of dualApprovalCommands)
      expect(alertText({ code: 'proposed', parameters: { command } }, words)).toContain(words.commands[command])
  })
})

test('an alert in Arabic has no Latin letter but those of a currency', () => {
  for (const code of alertCodeSchema.options)
    expect(alertText({ code, ...parametersOf(code) }, ar)?.replace('USD', '')).not.toMatch(/[A-Za-z]/)
})

test('of an older or a newer desk, and without what its words need, an alert has no words here: its message is shown', () => {
  for (const alert of [{}, { code: 'deadline.ofTomorrow' as AlertCode }, { code: 'movedOnward' as const }, { code: 'proposed' as const }])
    expect(alertText(alert, ar)).toBeUndefined()
})
