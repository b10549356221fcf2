import { useId } from 'react'
import { Button } from '../../../components/button.tsx'
import { Instant } from '../../../components/instant.tsx'
import { kindOf } from '../../../facts/kind-of.ts'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { ChangeTable } from '../../facts/change-table.tsx'
import { changesBetween, type RequestState } from '../../facts/resulting-state.ts'
import { ChainMark } from './chain-mark.tsx'

interface ScrubberProps {
  readonly facts: readonly AnyFact[]
  /** The state of the request after each of them. */
  readonly standings: readonly RequestState[]
  readonly isWhole: boolean
  readonly at: number | undefined
  look(sequence: number | undefined): void
}

/** A slider through the facts of a request. Each fact states the state that is shown at it. */
export function Scrubber({ facts, standings, isWhole, at, look }: ScrubberProps) {
  const t = useTranslate()
  const id = useId()
  const total = facts.length
  const place = at ?? total
  const fact = facts[place - 1]
  const name = fact ? (t.find(`facts.${kindOf(fact)}`) ?? kindOf(fact)) : ''
  return (
    <div className="scrubber stack gap-2">
      <label htmlFor={id} className="unseen">
        {t('request.scrubber.label')}
      </label>
      <input
        id={id}
        type="range"
        min={1}
        max={Math.max(total, 1)}
        value={place}
        disabled={!isWhole}
        aria-valuetext={`${t('request.factOf', { n: place, total })}: ${name}`}
        onChange={event => look(event.target.valueAsNumber)}
      />
      <div className="cluster">
        <Button disabled={!isWhole || place <= 1} onClick={() => look(1)}>
          {t('request.scrubber.first')}
        </Button>
        <Button disabled={!isWhole || place <= 1} onClick={() => look(place - 1)}>
          {t('request.scrubber.earlier')}
        </Button>
        <Button disabled={at === undefined} onClick={() => look(place + 1)}>
          {t('request.scrubber.later')}
        </Button>
        <Button disabled={at === undefined} onClick={() => look(undefined)}>
          {t('request.scrubber.now')}
        </Button>
        {fact && (
          <p className="apart">
            <b className="figures">{t('request.factOf', { n: place, total })}</b> · {name} · <Instant at={fact.time} />
          </p>
        )}
      </div>
      <ChainMark facts={facts} isWhole={isWhole} />
      {at !== undefined && <Difference standings={standings} at={at} />}
    </div>
  )
}

function Difference({ standings, at }: { readonly standings: readonly RequestState[]; readonly at: number }) {
  const t = useTranslate()
  const [then, now] = [standings[at - 1], standings.at(-1)]
  if (!then || !now) return null
  const changes = changesBetween(then, now)
  return (
    <>
      <h3>{t('request.scrubber.difference')}</h3>
      {changes.length > 0 ? (
        <ChangeTable
          title={t('request.scrubber.difference')}
          changes={changes}
          before={t('request.scrubber.then')}
          after={t('request.scrubber.now')}
        />
      ) : (
        <p className="small">{t('request.scrubber.same')}</p>
      )}
    </>
  )
}
