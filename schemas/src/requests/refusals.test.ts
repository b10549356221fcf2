import { expect, test } from 'vitest'
import { refusalCodeSchema, refusals } from './refusals.ts'

const codes = Object.keys(refusals) as (keyof typeof refusals)[]

test('every refusal has an HTTP error status and its own title', () => {
  expect(codes.length).toBeGreaterThan(0)
  for (const code of codes) {
    expect(refusals[code].status, code).toBeGreaterThanOrEqual(400)
    expect(refusals[code].status, code).toBeLessThan(600)
    expect(refusals[code].title, code).toMatch(/^[A-Z].*[^.]$/)
  }
  expect(new Set(codes.map(code => refusals[code].title)).size).toBe(codes.length)
})

test('the schema accepts every refusal code, and no other', () => {
  expect(refusalCodeSchema.options).toEqual(codes)
  expect(refusalCodeSchema.safeParse('BECAUSE').success).toBe(false)
})
