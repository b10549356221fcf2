import { useEffect, useId, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useTranslate } from '../../locales/index.ts'
import { nameLengthMax } from '../../saved-views/stored-views.ts'

interface ViewNameProps {
  readonly name: string
  readonly isSearchLeftOut: boolean
  keep(name: string): void
  cancel(): void
}

/** Form for the name of a view. */
export function ViewName({ name, isSearchLeftOut, keep, cancel }: ViewNameProps) {
  const t = useTranslate()
  const input = useRef<HTMLInputElement>(null)
  const hintId = useId()
  useEffect(() => input.current?.select(), [])
  return (
    <form
      className="cluster whole"
      onSubmit={event => {
        event.preventDefault()
        const name = input.current?.value.trim()
        if (name) keep(name)
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') cancel()
      }}
    >
      <label className="cluster">
        <span className="small">{t('views.name')}</span>
        <input
          ref={input}
          className="input fitted"
          defaultValue={name}
          maxLength={nameLengthMax}
          required
          aria-describedby={hintId}
          autoComplete="off"
        />
      </label>
      <Button type="submit" kind="primary">
        {t('views.keep')}
      </Button>
      <Button onClick={cancel}>{t('request.cancel')}</Button>
      <p id={hintId} className="quiet small">
        {t('views.nameHint')} {isSearchLeftOut && <strong>{t('views.searchLeftOut')}</strong>}
      </p>
    </form>
  )
}
