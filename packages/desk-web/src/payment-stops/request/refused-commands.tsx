import type { RefusedCommand } from '@holdfast/schemas'
import { RefusalText } from '../../commands/refusal-text.tsx'
import { ActorName } from '../../components/actor.tsx'
import { Instant } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'

/** The refused commands, next to the history: who sent which, and the reason. */
export function RefusedCommands({ items }: { readonly items: readonly RefusedCommand[] }) {
  const t = useTranslate()
  if (items.length === 0) return <p className="quiet">{t('request.noRefused')}</p>
  return (
    <ul className="stack">
      {items.toReversed().map(({ id, time, actor, data }) => (
        <li key={id}>
          <b>{t.find(`commands.${data.command}`) ?? data.command}</b> · <Instant at={time} /> ·{' '}
          <span className="small">
            <ActorName actor={actor} />
          </span>
          {data.late && <p className="small urgent">! {t('request.late')}</p>}
          <RefusalText code={data.code} message={data.message} />
        </li>
      ))}
    </ul>
  )
}
