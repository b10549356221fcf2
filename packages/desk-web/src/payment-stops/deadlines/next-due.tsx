import type { Deadline } from '@holdfast/payment-stop/language'
import { Countdown } from '../../components/countdown.tsx'
import { useTranslate } from '../../locales/index.ts'
import { nextGroup } from './deadline-groups.ts'

/** Counts down to the next deadline; for the end of a hold, also shows its warnings. */
export function NextDue({ deadlines }: { readonly deadlines: readonly Deadline[] }) {
  const t = useTranslate()
  const next = nextGroup(deadlines)
  if (!next) return <span className="quiet">{t('noDeadline')}</span>
  const { deadline, warnings } = next
  return (
    <>
      <Countdown dueAt={deadline.dueAt} />{' '}
      <span className="quiet small">
        {t(`deadlines.${deadline.kind}`)}
        {warnings[0] && (
          <>
            {' · '}
            {t('warning')} <Countdown dueAt={warnings[0].dueAt} />
          </>
        )}
      </span>
    </>
  )
}
