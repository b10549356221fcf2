import { type AlertCode, alertCodeSchema, dualApprovalCommands } from '@holdfast/payment-stop/language'
import { describe, expect, test } from 'vitest'
import { loadTranslate } from '../locales/translate.ts'
import { alertText } from './alert-text.ts'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

const parametersOf = (code: AlertCode) => {
  if (code === 'movedOnward') return { parameters: { amount: { currency: 'USD', value: '1234.50' }, country: 'MY', report: 7 } }
  return code === 'proposed' ? { parameters: { command: 'ConfirmFreeze' as const } } : {}
}

describe.each([en, fr, es, ar].map(t => [t.tag, t] as const))('an alert in %s', (_, t) => {
  test('has a sentence of its own for each code that there is', () => {
    const sentences = alertCodeSchema.options.map(code => alertText({ code, ...parametersOf(code) }, t))
    for (const sentence of sentences) expect(sentence).toMatch(/^.{20,}\.$/u)
    expect(new Set(sentences).size).toBe(sentences.length)
  })

  test('names amount, country and command as the reader does', () => {
    const country = new Intl.DisplayNames([t.tag], { type: 'region' }).of('MY') as string
    const moved = alertText({ code: 'movedOnward', ...parametersOf('movedOnward') }, t)
    expect(moved).toContain('\u2066USD 1,234.50\u2069')
    expect(moved).toContain(country)
    for (const command of dualApprovalCommands)
      expect(alertText({ code: 'proposed', parameters: { command } }, t)).toContain(t(`commands.${command}`))
  })
})

test('an alert in Arabic has no Latin letters except a currency', () => {
  for (const code of alertCodeSchema.options)
    expect(alertText({ code, ...parametersOf(code) }, ar)?.replace('USD', '')).not.toMatch(/[A-Za-z]/)
})

test('an alert with an unknown code, or without the values of its sentence, shows the engine’s message', () => {
  for (const alert of [{}, { code: 'deadline.ofTomorrow' as AlertCode }, { code: 'movedOnward' as const }, { code: 'proposed' as const }])
    expect(alertText(alert, ar)).toBeUndefined()
})
