import { silentLogger } from '@holdfast/runtime'
import { accepted, refused } from '@holdfast/schemas'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { callerOf } from './admit.ts'
import { createHttp } from './create-http.ts'

let http: FastifyInstance
afterEach(() => http.close())

test('bodies of one member, in any role, are parsed in rotation with those of others', async () => {
  const done: string[] = []
  http = createHttp({
    log: silentLogger,
    whyNotReady: async () => [],
    verify: async authorization => {
      const [country = '', role] = authorization?.split(' ')[1]?.split('/') ?? []
      if (role !== 'officer' && role !== 'fiu') return refused({ code: 'UNAUTHENTICATED', message: 'no token' })
      return accepted({ country, role, person: 'a', tokenEndsAt: new Date('2100-01-01') })
    },
  })
  http.post('/read', async request => {
    done.push(callerOf(request).country)
    return {}
  })
  const send = (who: string, payload: string) =>
    http.inject({ method: 'POST', url: '/read', headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' }, payload })
  // The longest and deepest list that is accepted: each takes milliseconds.
  const long = JSON.stringify({
    list: Array.from({ length: 900 }, (_, n) => Object.fromEntries(Array.from({ length: 20 }, (_, m) => [`m${m}`, n]))),
  })
  const answers = await Promise.all([
    ...Array.from({ length: 100 }, (_, n) => send(n % 2 === 0 ? 'KE/officer' : 'KE/fiu', long)),
    ...Array.from({ length: 5 }, () => send('TL/officer', '{}')),
  ])
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  expect(done.lastIndexOf('TL')).toBeLessThan(50)
})
