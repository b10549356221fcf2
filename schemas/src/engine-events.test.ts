import { commandEvent } from '@holdfast/payment-stop/language'
import { describe, expect, test } from 'vitest'
import { namesInEvent, notificationEvent } from './engine-events.ts'

const requestId = '5b0e2f4c-6f0f-4d38-9d2a-0d9a4b1f6c11'
const orderId = 'c0a8016b-6f0f-4d38-9d2a-0d9a4b1f6c11'
const time = '2024-07-23T02:25:00.000Z'

describe('an event of the engine', () => {
  test('has all attributes of a command in a fixed order', () => {
    const command = commandEvent(
      'AcknowledgeOrder',
      { orderId },
      {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        orderid: orderId,
        actorproof: 'folder/a.bank',
        actor: 'TL/institution/a.bank',
        correlationid: 'case-1',
        causationid: 'answer-1',
        time,
        subject: requestId,
        service: 'dispatch',
        id: 'command-1',
      },
    )
    expect(Object.keys(command)).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'subject',
      'time',
      'datacontenttype',
      'causationid',
      'correlationid',
      'actor',
      'actorproof',
      'orderid',
      'traceparent',
      'data',
    ])
    expect(command).toMatchObject({ source: '/holdfast/dispatch', type: 'holdfast.command.v1.AcknowledgeOrder', data: { orderId } })
  })

  test('has no undefined attribute', () => {
    const actor = 'holdfast/clock/ledger'
    const passed = { kind: 'acknowledge', dueAt: time } as const
    const command = commandEvent('DeadlinePassed', passed, { id: 'command-2', service: 'ledger', subject: requestId, time, actor })
    const notification = notificationEvent(
      { kind: 'answer', country: 'TL', answerId: 'a', code: 'ORDER_UNKNOWN', message: 'no order' },
      { id: 'notification-1', service: 'dispatch', time },
    )
    const always = ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data']
    expect(Object.keys(command).filter(key => !always.includes(key))).toEqual(['subject', 'actor'])
    expect(Object.keys(notification)).toEqual(always)
  })
})

describe('the id and type of an event', () => {
  test('are found in its text, however deep that is nested', () => {
    const text = JSON.stringify({ id: 'order-1', type: 'holdfast.order.v1' }).replace('}', `,"data":${'['.repeat(100)}${']'.repeat(100)}}`)
    expect(namesInEvent(text)).toMatchObject({ id: 'order-1', type: 'holdfast.order.v1' })
  })

  test.each(['', 'no JSON', 'null', '7'])('are undefined for %j', text => {
    expect(namesInEvent(text)).not.toHaveProperty('id')
  })
})
