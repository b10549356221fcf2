/**
 * Texts of the chooser. Roles and units stay as in the protocol in every language, because a token must contain them.
 */
export interface ChooserTexts {
  readonly title: string
  readonly why: string
  readonly country: string
  readonly noCountry: string
  readonly role: string
  readonly unit: string
  readonly noUnit: string
  readonly person: string
  readonly signIn: string
}

const en: ChooserTexts = {
  title: 'Who do you want to be?',
  why: 'This is a development engine. Any person who reaches it can sign in as any other.',
  country: 'Country',
  noCountry: 'None: operator of the engine',
  role: 'Role',
  unit: 'Specialised unit',
  noUnit: 'none: the desk of the country',
  person: 'Person',
  signIn: 'Sign in',
}

const fr: ChooserTexts = {
  title: 'Qui voulez-vous être ?',
  why: 'Ce moteur sert au développement : quiconque l’atteint peut s’y connecter sous n’importe quel nom.',
  country: 'Pays',
  noCountry: 'Aucun : exploitant du moteur',
  role: 'Rôle',
  unit: 'Unité spécialisée',
  noUnit: 'aucune : le bureau du pays',
  person: 'Personne',
  signIn: 'Se connecter',
}

const es: ChooserTexts = {
  title: '¿Quién quiere ser?',
  why: 'Este motor es de desarrollo: quien llega a él puede iniciar sesión como cualquiera.',
  country: 'País',
  noCountry: 'Ninguno: operador del motor',
  role: 'Función',
  unit: 'Unidad especializada',
  noUnit: 'ninguna: la oficina del país',
  person: 'Persona',
  signIn: 'Iniciar sesión',
}

const ar: ChooserTexts = {
  title: 'من تريد أن تكون؟',
  why: 'هذا محرك للتطوير: يمكن لكل من يصل إليه أن يسجل الدخول بأي اسم.',
  country: 'البلد',
  noCountry: 'بلا بلد: من يشغّل المحرك',
  role: 'الدور',
  unit: 'الوحدة المتخصصة',
  noUnit: 'بلا وحدة: مكتب البلد',
  person: 'الشخص',
  signIn: 'تسجيل الدخول',
}

const languages = { en, fr, es, ar }
export type ChooserLanguage = keyof typeof languages
export const chooserTexts = (language: ChooserLanguage): ChooserTexts => languages[language]

/** The first supported language in `Accept-Language`. */
export function preferredLanguage(header: string | undefined): ChooserLanguage {
  const preferred = (header ?? '').split(',').map(each => each.trim().slice(0, 2).toLowerCase())
  return preferred.find((tag): tag is ChooserLanguage => Object.hasOwn(languages, tag)) ?? 'en'
}
