import { expect, test } from 'vitest'
import { createLog } from './log.ts'

const hostile = 'a\u001b]0;title\u0007\u009b2J\u202eb\u200bc'
const actedUpon = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u

function logged(isTTY: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  const add = (more: string) => {
    text += more
  }
  write(createLog('desk', 'info', { isTTY, hasColors: () => false, write: add }))
  return text
}

test('without a terminal, a line is JSON with the logged values and without control characters', () => {
  const text = logged(false, log => log.info({ requestId: hostile }, 'opened'))
  expect(text).not.toMatch(actedUpon)
  expect(JSON.parse(text)).toMatchObject({ level: 30, service: 'desk', requestId: hostile, msg: 'opened' })
})

test('on a terminal, a line is readable, immediate, and free of control characters', () => {
  const text = logged(true, log =>
    log.child({ part: 'intake' }).warn({ requestId: hostile, err: new Error(hostile) }, 'refused at the endpoint'),
  )
  expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: intake: refused at the endpoint/)
  expect(text).toContain('"requestId":"a')
  expect(text).not.toMatch(actedUpon)
  expect(() => JSON.parse(text)).toThrow()
})

test('neither form contains a token', () => {
  for (const isTTY of [true, false])
    expect(
      logged(isTTY, log => log.info({ authorization: 'Bearer secret', req: { headers: { authorization: 'Bearer secret' } } }, 'x')),
    ).not.toContain('secret')
})
