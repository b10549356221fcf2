import { expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  ask,
  at,
  command,
  expired,
  freeze,
  frozen,
  history,
  interim,
  moved,
  noFunds,
  open,
  pass,
  request,
  review,
  usd,
} from '../../test/lifecycle/world.ts'
import { answerCommands, type CommandBody, commandKinds } from '../language/index.ts'
import { decide } from './decide.ts'
import { trialBodies } from './trial-bodies.ts'

// A bank knows the kinds of its answers, and no names of commands.

const histories = {
  received: history(open()),
  reviewed: history(open(), review()),
  verified: history(open(), pass()),
  asked: history(open(), pass(), ask('desk')),
  interim: history(open(), pass(), interim('RQDA')),
  partly: history(open(), pass(), freeze('500.00')),
  frozen: frozen('920.00'),
  moved: history(open(), pass(), moved('100.00')),
  ended: history(open(), pass(), noFunds()),
  expired: history(open(), pass(), freeze('920.00'), expired(at(168))),
}

test('no refusal of an answer names a command', () => {
  const messages = new Set<string>()
  for (const state of Object.values(histories)) {
    const snapshot = state.current()
    for (const kind of Object.values(answerCommands))
      for (const data of [...trialBodies(kind, snapshot, { document: request }), { amount: usd('99999999.00'), basis: 'VOLUNTARY' }])
        for (const role of ['bank', 'fiu', 'desk'] as const)
          for (const by of [policy, { ...policy, personsNeedProof: () => true }])
            for (const level of [0, 9]) {
              const decision = decide(snapshot, command(kind, data as CommandBody<typeof kind>, role, at(1)), by, level)
              if (decision.outcome === 'refused') messages.add(decision.refused.data.message)
              if (decision.outcome === 'dropped') messages.add(decision.refusal.message)
            }
  }
  expect(messages.size).toBeGreaterThan(10)
  const names = new RegExp(`\\b(${commandKinds.join('|')})\\b`)
  expect([...messages].filter(message => names.test(message))).toEqual([])
})
