import { stateName } from '../../components/codes.tsx'
import { Instant } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'
import { Amount } from '../money/amount.tsx'
import type { Change } from './resulting-state.ts'

interface ChangeTableProps {
  readonly title: string
  readonly changes: readonly Change[]
  readonly before: string
  readonly after: string
}

/** The differences of two states, in two columns. */
export function ChangeTable({ title, changes, before, after }: ChangeTableProps) {
  return (
    <table className="table flush changes small">
      <caption className="unseen">{title}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{before}</th>
          <th scope="col">{after}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(change => (
          <ChangeRow key={change.of === 'amount' ? change.name : change.of === 'deadline' ? change.kind : 'state'} change={change} />
        ))}
      </tbody>
    </table>
  )
}

function ChangeRow({ change }: { readonly change: Change }) {
  const t = useTranslate()
  const name =
    change.of === 'amount'
      ? t(`request.amounts.${change.name}`)
      : change.of === 'deadline'
        ? t(`deadlines.${change.kind}`)
        : t('request.changes.state')
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Side change={change} side="before" />
      </td>
      <td>
        <Side change={change} side="after" />
      </td>
    </tr>
  )
}

function Side({ change, side }: { readonly change: Change; readonly side: 'before' | 'after' }) {
  const t = useTranslate()
  if (change.of === 'amount') return <Amount money={change[side]} />
  if (change[side].length === 0) return <span className="quiet">{t('request.changes.unset')}</span>
  if (change.of === 'state') return change[side].map(state => stateName(state, t)).join(' · ')
  return change[side].map(dueAt => (
    <div key={dueAt}>
      <Instant at={dueAt} />
    </div>
  ))
}
