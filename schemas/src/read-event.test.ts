import { describe, expect, test } from 'vitest'
import { type Binding, type EventInput, readEvent, readEventOrData } from './read-event.ts'

const type = 'holdfast.request.v1'
const event = { specversion: '1.0', id: 'e-1', source: '/ncb/sg', type, time: '2024-07-23T02:25:00Z', data: { name: 'José Núñez' } }
const structured = (value: object | string, contentType: string | undefined = 'application/cloudevents+json'): EventInput => ({
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  text: typeof value === 'string' ? value : JSON.stringify(value),
})
const binary = (headers: Record<string, string> = {}, text = JSON.stringify(event.data)): EventInput => ({
  headers: { 'content-type': 'application/json', ce_specversion: '1.0', ce_id: 'e-1', ce_source: '/ncb/sg', ce_type: type, ...headers },
  text,
})

const eventOf = (sent: EventInput, binding: Binding = 'kafka') => {
  const read = readEvent(sent, binding, type)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value
}
const refusalOf = (sent: EventInput, binding: Binding = 'kafka') => {
  const read = readEvent(sent, binding, type)
  if (read.ok) throw new Error('the event was accepted')
  const { problems, ...rest } = read.error
  return { ...rest, problems: problems.map(({ path, message }) => `${path}: ${message}`) }
}
const withoutId = { ...event, id: undefined }

describe('an event in structured mode', () => {
  test.each([
    ['by its media type', 'application/cloudevents+json'],
    ['by its media type, as the Java SDK writes it', 'application/cloudevents+json; charset=UTF-8'],
    ['without a media type, by its specversion', undefined],
    ['as plain JSON, by its specversion', 'application/json'],
  ])('is known %s', (_how, contentType) => {
    const sent = contentType === undefined ? { headers: {}, text: JSON.stringify(event) } : structured(event, contentType)
    expect(eventOf(sent)).toMatchObject({ mode: 'structured', id: 'e-1', source: '/ncb/sg', type, data: event.data, dataPath: '/data' })
  })

  test('may have unknown attributes, as CloudEvents lets a producer add them; null means absent', () => {
    const more = { sequence: '42', sequencetype: 'Integer', partitionkey: 'SG', comexampleothervalue: 5, subject: null, dataschema: null }
    expect(eventOf(structured({ ...event, ...more, time: undefined, datacontenttype: null }))).toMatchObject({
      id: 'e-1',
      data: event.data,
    })
  })

  test('may have its data in Base64, if that is JSON', () => {
    const encoded = Buffer.from(JSON.stringify(event.data)).toString('base64')
    expect(eventOf(structured({ ...event, data: undefined, data_base64: encoded })).data).toEqual(event.data)
    const wrong = (data_base64: unknown) => refusalOf(structured({ ...event, data: undefined, data_base64 })).problems
    expect(wrong('not base64!')).toEqual(['/data_base64: must be Base64 (RFC 4648, section 4)'])
    expect(wrong(Buffer.from('{"name":"José"}', 'latin1').toString('base64'))[0]).toContain('/data_base64: not UTF-8 near byte 14')
    expect(wrong(Buffer.from('{"a":1,"a":2}').toString('base64'))).toEqual(['/data_base64: /a in it occurs twice: give it once'])
    expect(refusalOf(structured({ ...event, data_base64: encoded })).problems).toEqual([
      '/data_base64: occurs in addition to data: give only one of them',
    ])
  })

  test('keeps a valid trace context, and is accepted with an invalid one', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    expect(eventOf(structured({ ...event, traceparent })).traceparent).toBe(traceparent)
    expect(eventOf(structured({ ...event, traceparent: 'nonsense' })).traceparent).toBeUndefined()
    expect(eventOf(structured({ ...event, correlationid: 7 })).correlationid).toBe('7')
  })
})

describe('an event in binary mode', () => {
  test('has its attributes in headers and its data in the value, in both bindings', () => {
    expect(eventOf(binary({ ce_partitionkey: 'SG', ce_sequence: '7' }))).toMatchObject({
      mode: 'binary',
      id: 'e-1',
      data: event.data,
      dataPath: '',
    })
    const http = Object.fromEntries(Object.entries(binary().headers).map(([name, value]) => [name.replace('ce_', 'ce-'), value]))
    expect(eventOf({ headers: http, text: JSON.stringify(event.data) }, 'http')).toMatchObject({
      mode: 'binary',
      id: 'e-1',
      data: event.data,
    })
  })

  test('has percent-encoded attributes in HTTP only', () => {
    const http = (id: string): EventInput => ({
      headers: { 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': '/ncb/sg', 'ce-type': type },
      text: '{}',
    })
    const idOf = (id: string) => eventOf(http(id), 'http').id
    expect(['Jos%C3%A9', '"quoted \\"id\\""', '100%', '%E2%82%AC 5', Buffer.from('Núñez').toString('latin1')].map(idOf)).toEqual([
      'José',
      'quoted "id"',
      '100%',
      '€ 5',
      'Núñez',
    ])
    expect(refusalOf(http('Jos%E9'), 'http').problems).toContain('ce-id: must be percent-encoded UTF-8')
    expect(eventOf(binary({ ce_id: 'Jos%C3%A9' })).id).toBe('Jos%C3%A9')
  })

  test('ignores an empty header, which is Kafka’s null', () => {
    expect(eventOf(binary({ ce_subject: '', ce_time: '' })).subject).toBeUndefined()
  })

  test('is recognised by its media type if the two contradict', () => {
    const { headers } = binary({ 'content-type': 'application/cloudevents+json; charset=UTF-8', ce_id: 'another' })
    expect(eventOf({ headers, text: JSON.stringify(event) })).toMatchObject({ mode: 'structured', id: 'e-1' })
  })
})

describe('refused input names its event, as far as that can be read', () => {
  test.each([
    ['another version', { ...event, specversion: '0.3' }, 'MALFORMED', 'e-1', '/specversion: must be 1.0'],
    [
      'another type',
      { ...event, type: 'holdfast.request.v9' },
      'MALFORMED',
      'e-1',
      `/type: is holdfast.request.v9, and ${type} is taken here`,
    ],
    ['no id', withoutId, 'MALFORMED', '', '/id: is missing'],
    ['an id that is null', { ...event, id: null }, 'MALFORMED', '', '/id: is missing'],
    ['an id that is a number', { ...event, id: 5 }, 'MALFORMED', '', '/id: must be text'],
    ['no time of day', { ...event, time: '2024-07-23' }, 'MALFORMED', 'e-1', '/time: must be an instant with its offset'],
    ['data in XML', { ...event, datacontenttype: 'text/xml' }, 'MALFORMED', 'e-1', '/datacontenttype: must be application/json in UTF-8'],
    [
      'data in Latin-1',
      { ...event, datacontenttype: 'application/json; charset=iso-8859-1' },
      'MALFORMED',
      'e-1',
      '/datacontenttype: must be',
    ],
  ])('%s', (_what, value, code, id, problem) => {
    const refusal = refusalOf(structured(value))
    expect(refusal).toMatchObject({ code, id, source: '/ncb/sg' })
    expect(refusal.problems).toEqual([expect.stringContaining(problem)])
  })

  test.each([
    ['no JSON', structured('{"id":'), 'NOT_JSON', '', ': not JSON'],
    ['a list', structured('[]'), 'MALFORMED', '', ': must be one event'],
    ['JSON that is not an event', structured('{"id":"e-1"}', 'application/json'), 'MALFORMED', '', ': not a CloudEvent'],
    [
      'a second country',
      structured(`{"beneficiaryCountry":1,${JSON.stringify(event).slice(1, -1)},"data":{"a":1,"a":2}}`),
      'NOT_JSON',
      'e-1',
      '/data',
    ],
    [
      'another encoding',
      structured(event, 'application/cloudevents+json; charset="ISO-8859-1"'),
      'UNSUPPORTED_MEDIA_TYPE',
      '',
      'content-type: says iso-8859-1',
    ],
    [
      'several at once',
      structured('[]', 'application/cloudevents-batch+json'),
      'UNSUPPORTED_MEDIA_TYPE',
      '',
      'content-type: is application/cloudevents-batch+json',
    ],
    [
      'binary data that is not JSON',
      binary({ 'content-type': 'application/avro' }),
      'UNSUPPORTED_MEDIA_TYPE',
      'e-1',
      'content-type: is application/avro',
    ],
    ['binary without a version', binary({ ce_specversion: '' }), 'MALFORMED', 'e-1', 'ce_specversion: is missing'],
    ['binary of another type', binary({ ce_type: 'other' }), 'MALFORMED', 'e-1', 'ce_type: is other'],
    ['binary that is not JSON', binary({}, '{'), 'NOT_JSON', 'e-1', ': not JSON'],
    [
      'bytes that are not text',
      { ...structured(event), problem: 'the value is not UTF-8 near byte 9' },
      'NOT_JSON',
      'e-1',
      ': the value is not UTF-8 near byte 9',
    ],
  ])('%s', (_what, sent, code, id, problem) => {
    const refusal = refusalOf(sent)
    expect(refusal).toMatchObject({ code, id })
    expect(refusal.problems[0]).toContain(problem)
  })
})

describe('a media type that would be slow to parse is refused at once, with its problem', () => {
  // A parser that backtracks needs minutes for it, longer than a test may run.
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`
  const problem = 'must have at most 256 characters'

  test('as the datacontenttype of an event in structured mode', () => {
    expect(refusalOf(structured({ ...event, datacontenttype: hostile }))).toEqual({
      code: 'MALFORMED',
      id: 'e-1',
      source: '/ncb/sg',
      problems: [`/datacontenttype: ${problem}`],
    })
  })

  test.each(['kafka', 'http'] as const)('as the content-type of an event by %s', binding => {
    const code = 'UNSUPPORTED_MEDIA_TYPE'
    expect(refusalOf(structured(event, hostile), binding)).toMatchObject({
      code,
      problems: [`content-type: ${problem}`],
    })
    const named = refusalOf(binary({ 'content-type': hostile }))
    expect(named).toEqual({ code, id: 'e-1', source: '/ncb/sg', problems: [`content-type: ${problem}`] })
  })

  test('and so is an invalid one, however short', () => {
    const message = 'must be a media type, such as application/json'
    expect(refusalOf(structured(event, 'application/json;charset'))).toMatchObject({ problems: [`content-type: ${message}`] })
    expect(refusalOf(structured({ ...event, datacontenttype: 'json' }))).toMatchObject({ problems: [`/datacontenttype: ${message}`] })
  })
})

test('data without an envelope is accepted by an endpoint that allows it', () => {
  expect(readEventOrData({ headers: { 'content-type': 'application/json' }, text: '{"kind":"frozen"}' }, 'http')).toEqual({
    ok: true,
    value: { mode: 'none', data: { kind: 'frozen' } },
  })
  expect(readEventOrData({ headers: {}, text: `\ufeff${JSON.stringify(event)}` }, 'kafka').ok).toBe(true)
})
