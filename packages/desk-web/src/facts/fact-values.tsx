import type { DeadlineKind, Finding, Money, SharedUnit } from '@holdfast/schemas'
import { isRedactedData } from '@holdfast/schemas/field-states'
import type { ReactNode } from 'react'
import type { MemberCommand } from '../commands/act.ts'
import { Code, fieldLabel, pointerLabel } from '../components/codes.tsx'
import { EngineText } from '../components/engine-text.tsx'
import { Erased } from '../components/erased.tsx'
import { CountryName, Instant } from '../components/instant.tsx'
import { Pair } from '../components/pair.tsx'
import { UnitName } from '../components/unit-name.tsx'
import { Amount } from '../money/amount.tsx'
import { useWords, type Words } from '../words/index.ts'

/** What of a body is said at a glance, in this order; all of it is there to be opened. */
const shown = [
  'with',
  'extent',
  'purpose',
  'share',
  'corrects',
  'amount',
  'charges',
  'country',
  'basis',
  'instrument',
  'reason',
  'code',
  'authority',
  'reference',
  'date',
  'expiresAt',
  'report',
  'question',
  'text',
  'note',
] as const

type Body = Readonly<Record<string, unknown>>

const isMoney = (value: unknown): value is Money => typeof value === 'object' && value !== null && 'currency' in value && 'value' in value

const isInstant = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)

const isUnit = (value: unknown): value is SharedUnit => typeof value === 'object' && value !== null && 'unit' in value

function valueNode(name: string, value: unknown): ReactNode {
  if (isUnit(value)) return <UnitName unit={value} />
  if (isMoney(value)) return <Amount money={value} />
  if (name === 'country' && typeof value === 'string') return <CountryName code={value} long />
  if (isInstant(value)) return <Instant at={value} />
  if (typeof value === 'string') return <Code code={value} />
  return typeof value === 'number' ? value : undefined
}

const commandName = (command: unknown, words: Words): string => words.commands[command as MemberCommand] ?? String(command)

/** The most telling of what a fact or a command carries: sums, codes in words, instants, texts of somebody's own. */
export function BodyValues({ body }: { readonly body: Body }) {
  const words = useWords()
  const pairs = shown.flatMap(name => {
    const node = valueNode(name, body[name])
    return node === undefined ? [] : [[name, node] as const]
  })
  const { kind, dueAt, command, data, order } = body
  return (
    <>
      {typeof kind === 'string' && isInstant(dueAt) && (
        <p>
          {words.deadlines[kind as DeadlineKind] ?? kind}: <Instant at={dueAt} />
        </p>
      )}
      {typeof command === 'string' && <p>{commandName(command, words)}</p>}
      {typeof order === 'string' && <p>{words.orders[order as keyof Words['orders']] ?? order}</p>}
      {pairs.length > 0 && (
        <dl className="pairs">
          {pairs.map(([name, node]) => (
            <Pair key={name} name={fieldLabel(name, words)}>
              {node}
            </Pair>
          ))}
        </dl>
      )}
      {isRedactedData(body) && (
        <p>
          <Erased />
        </p>
      )}
      {typeof command === 'string' && typeof data === 'object' && data !== null && <BodyValues body={data as Body} />}
    </>
  )
}

/** What the rules found: which rule, how grave, where, and what to do about it. In English that is the engine's own sentence, which says more of the case. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const words = useWords()
  const rules: Readonly<Record<string, string>> = words.rules
  return (
    <ul className="stack gap-1" aria-label={words.request.findings}>
      {findings.map(({ rule, severity, path, message }) => (
        <li key={`${rule} ${path} ${message}`} data-severity={severity}>
          <b className="figures">{rule}</b> <span className="mark solid small">{words.severities[severity] ?? severity}</span>{' '}
          {path && <bdi className="quiet small breakable">{pointerLabel(path, words)}</bdi>}{' '}
          <EngineText message={message}>{words.tag === 'en' ? '' : rules[`${rule}.${severity}`]}</EngineText>
        </li>
      ))}
    </ul>
  )
}
