import type { Workflow } from '@holdfast/core'
import { z } from 'zod'
import { quoteJson } from './quote-json.ts'

type Shape = z.core.JSONSchema.BaseSchema
type DescribedWorkflow = Pick<Workflow, 'actions' | 'opening'>

/** The data of a command as JSON Schema (2020-12), made from the schema that validates it in the engine. */
export function shapeOfCommand({ bodyOf }: Workflow['actions'], kind: string): Shape {
  return z.toJSONSchema(bodyOf(kind) as z.ZodType, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const wanted = !jsonSchema.enum && (jsonSchema.type === 'string' || jsonSchema.anyOf) ? askChecker(zodSchema) : undefined
      if (wanted) jsonSchema.description = wanted
    },
  })
}

/** A command for people: its roles, its data, and an example. */
export function describeCommand(workflow: DescribedWorkflow, kind: string): string {
  const { actions } = workflow
  const dualApproval = actions.describeDualApproval(kind)
  const rows = rowsOf(shapeOfCommand(actions, kind), '  ')
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return [
    `${kind}, for ${actions.describePermission(kind)}`,
    ...(dualApproval === undefined ? [] : [dualApproval]),
    '',
    ...(rows.length > 0 ? ['--data is a JSON object with', ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)] : []),
    '',
    'Example:',
    `  ${exampleOf(workflow, kind)}`,
    '',
  ].join('\n')
}

function exampleOf({ actions, opening }: DescribedWorkflow, kind: string): string {
  const permission = actions.permissionsOf(kind).find(({ party }) => party !== 'engine')
  const member = actions.permissionsOf(opening).some(({ party }) => party === permission?.party) ? 'SG' : 'TL'
  return `holdfast act ID ${kind} --data ${quoteJson(actions.exampleOf(kind) ?? {})} --member ${member} --role ${permission?.roles.at(-1)}`
}

/** A line for each property, its own properties below it. */
function rowsOf({ properties = {}, required = [] }: Shape, indent: string): [name: string, text: string][] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const shape = property as Shape
    const text = `${required.includes(name) ? '' : '(optional) '}${textOf(shape)}`
    return [[`${indent}${name}`, text] as [string, string], ...rowsOf(insideOf(shape), `${indent}  `)]
  })
}

/** The schema of nested properties. A freeze request is left out: it has a page of its own. */
const insideOf = (shape: Shape): Shape => (shape.title ? {} : shape.type === 'array' ? ((shape.items as Shape | undefined) ?? {}) : shape)

function textOf(shape: Shape): string {
  if (shape.title) return `${shape.title}: as "holdfast submit" takes it`
  if (shape.const !== undefined) return String(shape.const)
  if (shape.enum) return shape.enum.join(' | ')
  if (shape.description) return shape.description
  if (shape.format === 'uuid') return 'UUID'
  if (shape.type === 'string' && shape.maxLength === undefined) return `text of the form ${shape.pattern}`
  if (shape.type === 'string') return `text, ${shape.minLength ?? 0} to ${shape.maxLength} characters`
  if (shape.type === 'integer') return `number, ${shape.minimum} to ${shape.maximum}`
  if (shape.type === 'array') return `list of ${shape.maxItems} at most`
  return `${shape.type}`
}

/**
 * The expected value as the validator describes it. Undefined if any text is valid, or the validator has no
 * description.
 */
function askChecker(schema: z.core.$ZodType): string | undefined {
  const wanted = /^must be (?:an? )?(.+)$/.exec(z.safeParse(schema, '?').error?.issues[0]?.message ?? '')
  return wanted?.[1]
}
