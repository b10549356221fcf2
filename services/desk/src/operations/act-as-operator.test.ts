import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttp } from '@holdfast/http'
import { silentLogger } from '@holdfast/runtime'
import { accepted, refused } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedIdempotency } from '@holdfast/stores'
import type { Operator } from '@holdfast/trust'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { actAsOperator } from './act-as-operator.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-operator-'))
const file = openSqlite(join(folder, 'keys.sqlite'), { durable: true })
const idempotency = createEmbeddedIdempotency(file, Date.now)
let operator: Operator
let done: string[] = []
let isInUse = false

const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'No principal is known here.' }),
  verifyOperator: async () => accepted(operator),
})
http.post<{ Params: { what: string } }>('/acts/:what', { config: { forOperators: true } }, (request, reply) => {
  const { what } = request.params
  return actAsOperator({ idempotency }, request, reply, { route: 'POST /acts', body: { what } }, async () => {
    if (isInUse) return refused({ code: 'WRONG_STATE', message: 'it is in use' })
    done.push(what)
    return accepted({ status: 202, body: { what, nth: done.length } })
  })
})
afterAll(async () => {
  await http.close()
  await file.close()
  rmSync(folder, { recursive: true })
})

let tokens = 0
const token = (tokenLifeSeconds = 600): Operator => ({
  person: 'night',
  tokenEndsAt: new Date(),
  tokenId: `t${tokens++}`,
  tokenLifeSeconds,
})
beforeEach(() => {
  operator = token()
  done = []
  isInUse = false
})
const act = async (what: string) => {
  const { statusCode, body } = await http.inject({ method: 'POST', url: `/acts/${what}` })
  return [statusCode, JSON.parse(body).code ?? JSON.parse(body)]
}

describe('the token of an operator', () => {
  test('acts once: a repeat gets the first answer, and any other action is refused', async () => {
    expect(await act('a')).toEqual([202, { what: 'a', nth: 1 }])
    expect(await act('a')).toEqual([202, { what: 'a', nth: 1 }])
    expect(await act('b')).toEqual([401, 'TOKEN_REUSED'])
    expect(done).toEqual(['a'])
    operator = token()
    expect(await act('b')).toEqual([202, { what: 'b', nth: 2 }])
  })

  test('of another person with the same token id is another token', async () => {
    await act('a')
    operator = { ...operator, person: 'day' }
    expect(await act('a')).toEqual([401, 'TOKEN_REUSED'])
    expect(done).toEqual(['a'])
  })

  test('that lives longer than ten minutes may read, but not act', async () => {
    operator = token(601)
    expect(await act('a')).toEqual([401, 'TOKEN_TOO_LONG'])
    expect(done).toEqual([])
  })

  test('is not used up by a refused action', async () => {
    isInUse = true
    expect(await act('a')).toEqual([409, 'WRONG_STATE'])
    isInUse = false
    expect(await act('a')).toEqual([202, { what: 'a', nth: 1 }])
  })
})

test('a session may act repeatedly', async () => {
  operator = { person: 'night', tokenEndsAt: new Date(), signedInAt: new Date() }
  expect([await act('a'), await act('a')]).toEqual([
    [202, { what: 'a', nth: 1 }],
    [202, { what: 'a', nth: 2 }],
  ])
})
