import { useEffect, useId, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { nameLengthMax } from '../../saved-views/stored-views.ts'
import { useWords } from '../../words/index.ts'

interface ViewNameProps {
  readonly name: string
  readonly isSearchLeftOut: boolean
  keep(name: string): void
  cancel(): void
}

/** Asks what a view is to be called. */
export function ViewName({ name, isSearchLeftOut, keep, cancel }: ViewNameProps) {
  const words = useWords()
  const { views } = words
  const input = useRef<HTMLInputElement>(null)
  const hintId = useId()
  useEffect(() => input.current?.select(), [])
  return (
    <form
      className="cluster whole"
      onSubmit={event => {
        event.preventDefault()
        const given = input.current?.value.trim()
        if (given) keep(given)
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') cancel()
      }}
    >
      <label className="cluster">
        <span className="small">{views.name}</span>
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
        {views.keep}
      </Button>
      <Button onClick={cancel}>{words.request.cancel}</Button>
      <p id={hintId} className="quiet small">
        {views.nameHint} {isSearchLeftOut && <strong>{views.searchLeftOut}</strong>}
      </p>
    </form>
  )
}
