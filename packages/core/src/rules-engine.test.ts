import { expect, test } from 'vitest'
import { assessBy, type DocumentRule } from './rules-engine.ts'

interface Enquiry {
  readonly about: string
  readonly reason?: string
}
type Code = 'NO_SUBJECT' | 'NO_REASON'
interface Context {
  readonly known: readonly string[]
}

const described = { title: 'a rule', source: 'a test' }
const hasSubject: DocumentRule<Enquiry, Context, Code> = {
  ...described,
  id: 'V01',
  severity: 'reject',
  check: ({ about }) => (about === '' ? [{ path: '/about', message: 'name the subject', code: 'NO_SUBJECT' }] : []),
}
const hasReason: DocumentRule<Enquiry, Context, Code> = {
  ...described,
  id: 'V02',
  severity: 'reject',
  check: ({ reason }) => (reason === '' ? [{ path: '/reason', message: 'say why', code: 'NO_REASON' }] : []),
}
const isNew: DocumentRule<Enquiry, Context, Code> = {
  ...described,
  id: 'V03',
  severity: 'duplicate',
  check: ({ about }, { known }) => (known.includes(about) ? [{ path: '/about', message: 'it is open already' }] : []),
}
const isShort = (severity: 'review' | 'ask' | 'flag', officers?: 1): DocumentRule<Enquiry, Context, Code> => ({
  ...described,
  id: 'V04',
  severity,
  check: ({ about }) => (about.length > 3 ? [{ path: '/about', message: 'it is long', ...(officers && { officers }) }] : []),
})
const context: Context = { known: ['known'] }

test('a document without findings passes', () => {
  expect(assessBy([hasSubject, isNew, isShort('review')], { about: 'XA' }, context)).toEqual({ verdict: 'pass', findings: [] })
})

test('all findings are listed in the order of the rules, and the first rejecting one gives the code', () => {
  expect(assessBy([isShort('flag'), hasReason, hasSubject], { about: '', reason: '' }, context)).toEqual({
    verdict: 'reject',
    findings: [
      { rule: 'V02', severity: 'reject', path: '/reason', message: 'say why' },
      { rule: 'V01', severity: 'reject', path: '/about', message: 'name the subject' },
    ],
    rejection: { code: 'NO_REASON' },
  })
})

test('the worst severity is the verdict, in any order of the rules', () => {
  for (const severity of ['review', 'ask', 'flag'] as const) {
    expect(assessBy([isShort(severity), isNew], { about: 'known' }, context).verdict).toBe('duplicate')
    expect(assessBy([isNew, isShort(severity)], { about: 'known' }, context).verdict).toBe('duplicate')
  }
  expect(assessBy([isShort('review'), isShort('ask')], { about: 'unknown' }, context).verdict).toBe('ask')
  expect(assessBy([isShort('ask')], { about: 'unknown' }, context)).not.toHaveProperty('officers')
})

test('a document with flags alone passes, and keeps them', () => {
  const { verdict, findings } = assessBy([isShort('flag')], { about: 'unknown' }, context)
  expect(verdict).toBe('pass')
  expect(findings).toHaveLength(1)
})

test('V17: a review needs two officers, unless each of its findings needs only one', () => {
  const enquiry = { about: 'unknown' }
  expect(assessBy([isShort('review')], enquiry, context)).toMatchObject({ verdict: 'review', officers: 2 })
  expect(assessBy([isShort('review', 1)], enquiry, context)).toMatchObject({ verdict: 'review', officers: 1 })
  expect(assessBy([isShort('review', 1), isShort('review')], enquiry, context)).toMatchObject({ officers: 2 })
  expect(assessBy([isShort('review', 1), isShort('flag')], enquiry, context)).toMatchObject({ officers: 1 })
})
