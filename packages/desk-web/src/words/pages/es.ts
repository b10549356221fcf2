import { counted } from '../plurals/counted.ts'
import type { pagesEn } from './en.ts'

const count = counted('es')

export const pagesEs: typeof pagesEn = {
  csv: 'Como tabla (CSV)',
  inbox: {
    proposals: 'A la espera de una segunda persona',
    proposalsNone: 'Nada espera a una segunda persona de su parte.',
    alerts: 'Por revisar',
    alertsNone: 'No hay nada por revisar.',
    proposedBy: 'Propuesto por',
    age: 'Desde',
    maySecond: 'Usted puede aprobarlo',
    mayNot: 'Usted no',
    open: 'Abrir la solicitud',
  },
  case: {
    title: reference => `Caso ${reference}`,
    of: country => `de ${country}`,
    sums: 'Totales, cada importe contado una vez',
    noSums: 'El caso tiene más solicitudes de las que se muestran aquí, por lo que no se dan totales.',
    currency: 'Moneda',
    trail: 'Adónde fue el dinero',
    trailNote: 'Lo que retiene otro país se muestra si su país tiene parte en ello. Lo que nadie ha comunicado figura como desconocido.',
    asked: (amount, country) => `${amount} solicitados en ${country}`,
    onward: 'trasladado a',
    unknown: 'desconocido aquí',
    childless: 'sin seguimiento',
    declined: 'sin seguimiento, por decisión del solicitante',
    waiting: 'espera la decisión del solicitante',
    requests: count({ one: '# solicitud', many: '# de solicitudes', other: '# solicitudes' }),
    print: 'Imprimir',
    bundle: 'Archivo de prueba (.jsonl)',
    none: 'Su país no tiene parte en ningún caso así.',
    link: 'Caso',
    nth: (n, of) => `${n} de ${of}`,
    followed: (amount, requests) =>
      `De lo trasladado, ${amount} se sigue en ${requests}: lo que allí fue de ello está contado en los otros totales.`,
  },
}
