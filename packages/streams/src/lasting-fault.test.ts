import { describe, expect, test } from 'vitest'
import { reasonOf } from './lasting-fault.ts'

const faultAt = (stack: string, message = 'unforeseen') => Object.assign(new Error(message), { stack })

describe('the reason of a fault', () => {
  test.each([
    ['in a function', 'Error: x\n    at read (file:///srv/holdfast/packages/streams/src/port.ts:12:7)', 'packages/streams/src/port.ts:12'],
    ['outside one', 'Error: x\n    at file:///srv/holdfast/schemas/src/problems.ts:3:1', 'schemas/src/problems.ts:3'],
    ['by its path', 'Error: x\n    at new A (/srv/services/desk/src/app.ts:40:2)', 'services/desk/src/app.ts:40'],
    [
      'behind the platform',
      'Error: x\n    at a (node:fs:1:1)\n    at b (/x/packages/request-state/src/state.ts:5:1)',
      'packages/request-state/src/state.ts:5',
    ],
  ])('names the place in our own sources that is %s', (_what, stack, place) => {
    expect(reasonOf(faultAt(stack))).toBe(`Error: unforeseen (${place})`)
  })

  test('has no location when the stack has none of our code', () => {
    expect(reasonOf(faultAt('Error: x\n    at a (node:fs:1:1)\n    at /packages/:3'))).toBe('Error: unforeseen')
  })

  test('takes linear time, although its message quotes a record', () => {
    // A backtracking search takes minutes, longer than a test may.
    for (const piece of ['/schemas/r', '/schemas/', 'services/a', ':1', 'file:', '(', ' ']) {
      const said = piece.repeat(600_000 / piece.length)
      reasonOf(faultAt(`Error: ${said}\n    at node:fs:1:1`, said))
    }
  })
})
