import { useLocation } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef } from 'react'
import { type Language, languageNames, useTranslate } from '../locales/index.ts'
import { type Preferences, prefer, usePreferences } from '../session/preferences.ts'

export function SettingsMenu() {
  const t = useTranslate()
  const { language, theme, density, singleKeys } = usePreferences()
  const menu = useRef<HTMLDetailsElement>(null)
  useClosing(menu)
  return (
    <details className="menu" ref={menu}>
      <summary className="button">{t('settings')}</summary>
      <div className="card menu-body stack pad-4">
        <label className="field">
          {t('language')}
          <select value={language} onChange={event => prefer({ language: event.target.value as Language })}>
            {Object.entries(languageNames).map(([tag, name]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Choice
          title={t('theme')}
          value={theme}
          choices={{ system: t('themes.system'), light: t('themes.light'), dark: t('themes.dark') }}
          onChange={value => prefer({ theme: value as Preferences['theme'] })}
        />
        <Choice
          title={t('density')}
          value={density}
          choices={{ roomy: t('densities.roomy'), dense: t('densities.dense') }}
          onChange={value => prefer({ density: value as Preferences['density'] })}
        />
        <label className="check">
          <input type="checkbox" checked={singleKeys} onChange={event => prefer({ singleKeys: event.target.checked })} />
          {t('singleKeys')}
        </label>
      </div>
    </details>
  )
}

/** Closes the menu on Escape (with focus back to its button), on a click outside and on navigation. */
function useClosing(menu: RefObject<HTMLDetailsElement | null>): void {
  const place = useLocation({ select: ({ href }) => href })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is closed whenever the place is another
  useEffect(() => {
    if (menu.current) menu.current.open = false
  }, [place, menu])
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape' || !menu.current?.open) return
      menu.current.open = false
      menu.current.querySelector('summary')?.focus()
    }
    const onPress = ({ target }: PointerEvent): void => {
      if (menu.current?.open && !menu.current.contains(target as Node)) menu.current.open = false
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('pointerdown', onPress)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('pointerdown', onPress)
    }
  }, [menu])
}

interface ChoiceProps {
  readonly title: string
  readonly value: string
  readonly choices: Readonly<Record<string, string>>
  onChange(value: string): void
}

function Choice({ title, value, choices, onChange }: ChoiceProps) {
  return (
    <label className="field">
      {title}
      <select value={value} onChange={event => onChange(event.target.value)}>
        {Object.entries(choices).map(([choice, name]) => (
          <option key={choice} value={choice}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
