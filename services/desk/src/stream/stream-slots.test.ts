import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createStreamSlots } from './stream-slots.ts'

/** The part of a socket or an answer that the code uses. */
const createEnd = <T extends Socket | ServerResponse>(destroyed = false) => Object.assign(new EventEmitter(), { destroyed }) as unknown as T
const openSocket = () => createEnd<Socket>()
const openResponse = () => createEnd<ServerResponse>()

test('a connection that has closed before the check takes no slot, because no close event would free it', () => {
  const slots = createStreamSlots({ perMember: 1, inAll: 1 })
  for (let i = 0; i < 3; i++) {
    expect(slots.take('SG', createEnd<Socket>(true), openResponse())).toBe('gone')
    expect(slots.take('SG', openSocket(), createEnd<ServerResponse>(true))).toBe('gone')
  }
  expect(slots.take('SG', openSocket(), openResponse())).toMatchObject({})
})

test('a closing connection frees the slot of every request on it, each once', () => {
  const slots = createStreamSlots({ perMember: 2, inAll: 2 })
  const socket = openSocket()
  const responses = [openResponse(), openResponse()]
  const ended: number[] = []
  for (const [i, response] of responses.entries()) {
    const slot = slots.take('SG', socket, response)
    if (typeof slot === 'string') throw new Error(slot)
    slot.onEnd(() => ended.push(i))
  }
  expect(slots.take('SG', openSocket(), openResponse())).toBe('member has too many')
  socket.emit('close')
  expect(ended).toEqual([0, 1])
  for (const response of responses) response.emit('close')
  expect(ended).toEqual([0, 1])
  for (let i = 0; i < 2; i++) expect(slots.take('SG', openSocket(), openResponse())).toMatchObject({})
  expect(slots.take('SG', openSocket(), openResponse())).toBe('member has too many')
})

test('an ending answer frees its own slot only, and all members compete for the rest', () => {
  const slots = createStreamSlots({ perMember: 1, inAll: 2 })
  const [socket, response] = [openSocket(), openResponse()]
  slots.take('SG', socket, response)
  slots.take('TL', openSocket(), openResponse())
  expect(slots.take('KE', openSocket(), openResponse())).toBe('all are taken')
  response.emit('close')
  expect(slots.take('KE', openSocket(), openResponse())).toMatchObject({})
  expect(slots.take('SG', openSocket(), openResponse())).toBe('all are taken')
})
