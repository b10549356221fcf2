import { describe, expect, test } from 'vitest'
import { bodySchemaOf, problemsWith } from '../../commands/bodies.ts'
import { type BodySchema, bodyOf, type Field, fieldsOf, problemsIn } from './schema-form.ts'

type Command = Parameters<typeof bodySchemaOf>[0]
const formOf = (command: Command) => fieldsOf(bodySchemaOf(command) as BodySchema)
const kinds = (fields: readonly Field[]) => fields.map(({ name, kind, isRequired }) => `${name}${isRequired ? '' : '?'} ${kind}`)

describe('the form of a command', () => {
  test('has its fields in order, each of its kind', () => {
    expect(kinds(formOf('ReportFreeze'))).toEqual(['amount money', 'basis choice', 'expiresAt? instant', 'reference? text'])
    expect(kinds(formOf('ConfirmFreeze'))).toEqual([
      'instrument choice',
      'authority text',
      'reference text',
      'date date',
      'expiresAt? instant',
    ])
    expect(kinds(formOf('CorrectAnswer'))).toEqual(['corrects choice', 'report? number', 'reason long'])
    expect(kinds(formOf('Release'))).toEqual(['reason choice', 'authority? text', 'reference? text', 'note? long'])
    expect(kinds(formOf('FollowOnward'))).toEqual(['report number', 'note? long'])
    expect(kinds(formOf('ReportNoFunds'))).toEqual(['reason fixed', 'note? long'])
  })

  test('offers the codes of a choice', () => {
    expect(formOf('ReportFreeze')[1]?.choices).toEqual(['VOLUNTARY', 'FIU_SUSPENSION', 'POLICE_ORDER', 'PROSECUTOR', 'COURT'])
  })

  test('leaves out members that rules write, and takes a whole document as JSON text', () => {
    expect(kinds(formOf('Reject'))).toEqual(['code choice', 'text? long'])
    expect(kinds(formOf('Reopen'))).toEqual(['reason long', 'request? json'])
  })

  test('has nested objects as groups, with both forms of an account', () => {
    const onward = formOf('ReportMovedOnward').find(({ name }) => name === 'onward')
    const creditor = onward?.fields.find(({ name }) => name === 'creditor')
    expect(onward?.isRequired).toBe(false)
    expect(creditor?.fields[1]?.fields.map(({ path }) => path)).toEqual(['/onward/creditor/account/iban', '/onward/creditor/account/other'])
  })
})

describe('the filled-in values', () => {
  test('become a body that the engine reads, without empty fields', () => {
    const body = bodyOf(formOf('ReportReturn'), {
      '/amount/currency': 'USD',
      '/amount/value': ' 38998200.00 ',
      '/charges/currency': 'USD',
      '/charges/value': '',
      '/reference': 'P4-4711',
    })
    expect(body).toEqual({ amount: { currency: 'USD', value: '38998200.00' }, reference: 'P4-4711' })
    expect(problemsWith('ReportReturn', body)).toEqual([])
  })

  test('have instants with their offset, numbers as numbers, and the only code of a choice', () => {
    const body = bodyOf(formOf('ReportFreeze'), {
      '/amount/currency': 'USD',
      '/amount/value': '1.00',
      '/basis': 'COURT',
      '/expiresAt': '2024-07-30T10:00',
    })
    expect(problemsWith('ReportFreeze', body)).toEqual([])
    expect(Date.parse(String(body.expiresAt))).toBe(new Date('2024-07-30T10:00').getTime())
    expect(bodyOf(formOf('FollowOnward'), { '/report': '7' })).toEqual({ report: 7 })
    expect(bodyOf(formOf('ReportNoFunds'), {})).toEqual({ reason: 'AM04' })
  })

  test('include only groups that were filled in', () => {
    const values = {
      '/amount/currency': 'USD',
      '/amount/value': '2100000.00',
      '/country': 'AE',
      '/onward/amount/currency': 'USD',
    }
    expect(bodyOf(formOf('ReportMovedOnward'), values)).not.toHaveProperty('onward')
    const body = bodyOf(formOf('ReportMovedOnward'), {
      ...values,
      '/onward/rail': 'SWIFT',
      '/onward/executedAt': '2024-07-22T16:40',
      '/onward/creditor/name': 'Creek Trading LLC',
      '/onward/creditor/account/other': '0012003400',
      '/onward/creditorAgent/bic': 'CREKAEAD',
    })
    expect(problemsWith('ReportMovedOnward', body)).toEqual([])
  })
})

describe('a problem', () => {
  test('shows at its field: missing or unreadable', () => {
    const problems = problemsIn(formOf('ReportFreeze'), { '/amount/currency': 'USD', '/amount/value': '1,000.00' })
    expect([...problems]).toEqual([
      ['/amount/value', 'unreadable'],
      ['/basis', 'missing'],
    ])
  })

  test('of an optional group shows only once it is started', () => {
    const values = { '/amount/currency': 'USD', '/amount/value': '1.00', '/country': 'AE' }
    expect([...problemsIn(formOf('ReportMovedOnward'), values)]).toEqual([])
    const begun = problemsIn(formOf('ReportMovedOnward'), { ...values, '/onward/rail': 'SWIFT' })
    expect([...begun.keys()]).toEqual(['/onward/executedAt', '/onward/creditor/name', '/onward/creditorAgent/bic'])
  })

  test('is a document that is not JSON', () => {
    expect([...problemsIn(formOf('Reopen'), { '/reason': 'found', '/request': '{' })]).toEqual([['/request', 'notJson']])
  })
})
