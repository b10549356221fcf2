import type { Words } from '../en.ts'

const pageAtFault = 'Esta página y el motor no se entienden. Vuelva a cargarla; si no basta, avise a quien gestiona el motor.'

export const refusalsEs: Pick<Words, 'refusals' | 'unusable' | 'engineWords'> = {
  refusals: {
    MALFORMED: 'Algo de lo rellenado no se puede leer. Vea lo que está marcado.',
    NOT_JSON: pageAtFault,
    TOO_LARGE: 'Lo enviado es demasiado largo. Acórtelo e inténtelo de nuevo.',
    UNSUPPORTED_MEDIA_TYPE: pageAtFault,
    NOT_FOUND: 'No hay nada en esta dirección. Vuelva al tablero.',
    METHOD_NOT_ALLOWED: pageAtFault,
    KEY_MISSING: pageAtFault,
    KEY_IN_FLIGHT: 'Lo mismo ya se está tramitando. Espere un momento y pregunte de nuevo.',
    KEY_REUSED: 'La misma clave se usó para otra cosa. Empiece de nuevo.',
    UNAUTHENTICATED: 'Su sesión ya no está abierta. Inicie sesión de nuevo.',
    SIGN_IN_AGAIN: 'Quien hace esto tiene que haber iniciado sesión hace un momento. Inicie sesión de nuevo.',
    FOREIGN_ORIGIN:
      'Esto no se pidió desde la dirección propia de la oficina. Abra la página de la oficina en su dirección e inicie sesión allí.',
    NOT_PERMITTED: 'Su país o su función no lo permite. Tiene que hacerlo alguien con otra función o del otro país.',
    NOT_YOUR_COUNTRY: 'Solo puede hacerlo en nombre de su propio país.',
    REQUEST_UNKNOWN: 'Su país no tiene ninguna solicitud con este número. Compruebe el número.',
    WRONG_STATE: 'El estado de la solicitud no lo permite. Mírela de nuevo: puede haber avanzado.',
    SAME_PERSON: 'Tiene que hacerlo una segunda persona.',
    AMOUNT_EXCEEDED: 'Los importes ya no cuadrarían. Compruebe el importe.',
    CURRENCY_MISMATCH: 'El importe tiene que estar en la moneda de la solicitud.',
    AMOUNT_UNREADABLE: 'El importe tiene más decimales que su moneda. Compruebe el importe.',
    HOLD_TOO_LONG: 'El bloqueo terminaría en el pasado, o más tarde de lo que permite la ley del país. Elija otro fin.',
    EXTENSION_NOT_ALLOWED: 'La ley del país no permite prorrogar así este bloqueo. Compruebe la orden y la fecha de fin.',
    NOT_FOLLOWED: 'Ninguna solicitud puede seguir a estos fondos. Recurra a la asistencia judicial recíproca.',
    ALREADY_OPEN: 'La solicitud ya está abierta. Mírela como está ahora.',
    HISTORY_FULL: 'En el historial solo queda sitio para lo que hace avanzar la solicitud. Deje lo demás.',
    ORDER_UNKNOWN: 'No hay ninguna orden con ese número para su entidad. Compruebe el número.',
    NOT_REDRIVABLE: 'Esta carta muerta no se puede reenviar tal como está. Antes hay que corregir lo que está mal.',
    POSITION_UNKNOWN: 'Este lugar de la lista ya no existe. Vuelva a cargar la página.',
    RATE_LIMITED: 'Su país pide ahora más de lo que le corresponde. Espere un momento.',
    STORAGE_LOW: 'Al motor le queda muy poco espacio. No se hizo nada. Avise a quien lo gestiona.',
    CLOSED: 'El motor no admite nada en este momento. No se hizo nada. Avise a quien lo gestiona.',
    UNAVAILABLE: 'No se puede acceder a una parte del motor. No se sabe si se hizo: intente lo mismo otra vez.',
    INTERNAL: 'El motor ha fallado. No se sabe si se hizo: intente lo mismo otra vez.',
  },
  unusable: 'Esto no se puede usar tal como está.',
  engineWords: 'Con las palabras del motor, en inglés',
}
