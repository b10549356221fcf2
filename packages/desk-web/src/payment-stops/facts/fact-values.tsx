import type { Money } from '@holdfast/payment-stop/language'
import type { Finding, SharedUnit } from '@holdfast/schemas'
import { isRedactedData } from '@holdfast/schemas/field-states'
import type { ReactNode } from 'react'
import { Code, fieldLabel, pointerLabel } from '../../components/codes.tsx'
import { EngineText } from '../../components/engine-text.tsx'
import { Erased } from '../../components/erased.tsx'
import { CountryName, Instant } from '../../components/instant.tsx'
import { Pair } from '../../components/pair.tsx'
import { UnitName } from '../../components/unit-name.tsx'
import { type Translate, useTranslate } from '../../locales/index.ts'
import { Amount } from '../money/amount.tsx'

/** The members of a body that are always shown, in this order; the rest is in a collapsed part. */
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

const commandName = (command: unknown, t: Translate): string => t.find(`commands.${command}`) ?? String(command)

/** The main values of a fact or command: amounts, codes as text, instants, free text. */
export function BodyValues({ body }: { readonly body: Body }) {
  const t = useTranslate()
  const pairs = shown.flatMap(name => {
    const node = valueNode(name, body[name])
    return node === undefined ? [] : [[name, node] as const]
  })
  const { kind, dueAt, command, data, order } = body
  return (
    <>
      {typeof kind === 'string' && isInstant(dueAt) && (
        <p>
          {t.find(`deadlines.${kind}`) ?? kind}: <Instant at={dueAt} />
        </p>
      )}
      {typeof command === 'string' && <p>{commandName(command, t)}</p>}
      {typeof order === 'string' && <p>{t.find(`orders.${order}`) ?? order}</p>}
      {pairs.length > 0 && (
        <dl className="pairs">
          {pairs.map(([name, node]) => (
            <Pair key={name} name={fieldLabel(name, t)}>
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

/**
 * The findings of the rules: rule, severity, field, and what to do. In English that is the engine's own sentence, which
 * is more specific.
 */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const t = useTranslate()
  return (
    <ul className="stack gap-1" aria-label={t('request.findings')}>
      {findings.map(({ rule, severity, path, message }) => (
        <li key={`${rule} ${path} ${message}`} data-severity={severity}>
          <b className="figures">{rule}</b> <span className="mark solid small">{t.find(`severities.${severity}`) ?? severity}</span>{' '}
          {path && <bdi className="quiet small breakable">{pointerLabel(path, t)}</bdi>}{' '}
          <EngineText message={message}>{t.tag === 'en' ? '' : t.find(`rules.${rule}.${severity}`)}</EngineText>
        </li>
      ))}
    </ul>
  )
}
