import { type Command, type CommandKind, commandBodies, commandType } from '@holdfast/schemas'

/** The command's own time, and one instant on either side of it. */
const now = '2025-01-02T00:00:00Z'
export const sampleInstants = ['2025-01-01T00:00:00Z', '2025-01-03T00:00:00Z'] as const

/** The part of JSON Schema that bodies of commands are made of. */
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
 * Commands of a kind, one for each choice that its body leaves: each word of a list, each field that may be left out, times before and after
 * now. They have the shape of their schema, not its patterns, so they are for code that runs behind the schema and reads choices alone.
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

/** One object with the first sample of each field that must be there, and one more for each other sample of each field. */
function samplesOfObject({ properties = {}, required = [] }: Shape): readonly unknown[] {
  const fields = Object.entries(properties).map(([name, shape]) => [name, samplesOf(shape)] as const)
  const least = Object.fromEntries(fields.filter(([name]) => required.includes(name)).map(([name, [first]]) => [name, first]))
  const others = fields.flatMap(([name, samples]) =>
    samples.slice(required.includes(name) ? 1 : 0).map(sample => ({ ...least, [name]: sample })),
  )
  return [least, ...others]
}
