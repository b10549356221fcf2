import { type Command, type CommandKind, commandBodies, commandType } from '../../src/language/index.ts'

/** The time of the command, and an instant before and after it. */
const now = '2025-01-02T00:00:00Z'
export const sampleInstants = ['2025-01-01T00:00:00Z', '2025-01-03T00:00:00Z'] as const

/** The part of JSON Schema that command bodies use. */
interface Shape {
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
}

/**
 * Commands of a kind, one for each choice that its body allows: each enum value, each optional field, times before and
 * after now. They match their schema without its patterns, for code that runs after validation and only reads choices.
 */
export function sampleCommands(kind: CommandKind): readonly Command[] {
  const bodies = samplesOf(commandBodies[kind].toJSONSchema({ io: 'input' }) as Shape)
  return bodies.map(data => ({ type: commandType(kind), time: now, actor: 'XX/officer/sample', data }) as Command)
}

function samplesOf(shape: Shape): readonly unknown[] {
  if ('const' in shape) return [shape.const]
  if (shape.enum) return shape.enum
  const choices = shape.anyOf ?? shape.oneOf
  if (choices) return choices.flatMap(samplesOf)
  switch (shape.type) {
    case 'object':
      return samplesOfObject(shape)
    case 'array':
      return [[]]
    case 'boolean':
      return [true, false]
    case 'integer':
    case 'number':
      return [1]
    default:
      return shape.format === 'date-time' ? sampleInstants : ['1']
  }
}

/** One object with the first sample of each required field, and one more for each other sample of each field. */
function samplesOfObject({ properties = {}, required = [] }: Shape): readonly unknown[] {
  const fields = Object.entries(properties).map(([name, shape]) => [name, samplesOf(shape)] as const)
  const least = Object.fromEntries(fields.filter(([name]) => required.includes(name)).map(([name, [first]]) => [name, first]))
  const others = fields.flatMap(([name, samples]) =>
    samples.slice(required.includes(name) ? 1 : 0).map(sample => ({ ...least, [name]: sample })),
  )
  return [least, ...others]
}
