import type { Money } from '@holdfast/payment-stop/language'
import { isRedactedData } from '@holdfast/schemas/field-states'
import type { ReactNode } from 'react'
import { Code, fieldLabel } from '../../../components/codes.tsx'
import { Erased } from '../../../components/erased.tsx'
import { CountryName, Instant } from '../../../components/instant.tsx'
import { Pair } from '../../../components/pair.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { Amount } from '../../money/amount.tsx'

type Leaf = readonly [path: readonly string[], value: unknown]
/** A document with more members than this is shown as JSON text. */
const leavesMax = 20

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isMoney = (value: unknown): value is Money => isObject(value) && 'currency' in value && 'value' in value

const leavesOf = (value: unknown, path: readonly string[] = []): readonly Leaf[] =>
  isObject(value) && !isMoney(value) ? Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name])) : [[path, value]]

/** All data of a command as text: what the officer confirms. */
export function DataPairs({ data }: { readonly data: unknown }) {
  const t = useTranslate()
  const leaves = leavesOf(data).filter(([path]) => path.length > 0 && path[0] !== 'encrypted' && path[0] !== 'signed')
  if (leaves.length > leavesMax)
    return (
      <pre className="small" dir="ltr">
        <bdi>{JSON.stringify(data, null, 2)}</bdi>
      </pre>
    )
  return (
    <>
      <dl className="pairs">
        {leaves.map(([path, value]) => (
          <Pair key={path.join('/')} name={path.map(name => fieldLabel(name, t)).join(' · ')}>
            {nodeOf(path.at(-1) ?? '', value)}
          </Pair>
        ))}
      </dl>
      {isRedactedData(data) && (
        <p>
          <Erased />
        </p>
      )}
    </>
  )
}

function nodeOf(name: string, value: unknown): ReactNode {
  if (isMoney(value)) return <Amount money={value} />
  if (typeof value !== 'string') return <bdi>{JSON.stringify(value)}</bdi>
  if (name === 'country') return <CountryName code={value} long />
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return <Instant at={value} />
  return <Code code={value} />
}
