import type { rulesEn } from './en.ts'

export const rulesEs: typeof rulesEn = {
  rules: {
    'V02.ask': 'El IBAN no es correcto. Pida de nuevo la cuenta y corríjala.',
    'V03.flag': 'El banco del acreedor es de otro país que el destinatario de la solicitud. Asegúrese de dónde está la cuenta.',
    'V04.review':
      'El IBAN del acreedor es de otro país que el destinatario de la solicitud. Asegúrese de la cuenta, o envíe la solicitud a ese país.',
    'V05.ask': 'El importe no concuerda con su moneda. Indique el importe y la moneda del pago.',
    'V06.ask': 'Se solicita más de lo que se pagó, o en otra moneda. Solicite como máximo el importe del pago.',
    'V07.reject': 'La solicitud no va de un país miembro a otro. Use la vía nacional, o la asistencia judicial recíproca.',
    'V08.ask': 'Las fechas del pago, de la denuncia y de la retrocesión no concuerdan. Corríjalas.',
    'V09.flag': 'El pago tiene más de 24 horas: los fondos pueden haber salido ya. Responda enseguida a lo que se pregunte.',
    'V10.flag': 'El pago está por debajo del umbral del país: la solicitud sigue con menor prioridad.',
    'V11.ask': 'El banco no puede hallar el pago con lo indicado. Pida su referencia al banco del pagador.',
    'V12.duplicate': 'Su país tiene una solicitud abierta por este pago. Siga con esa.',
    'V12.flag': 'Otro país ha hecho una solicitud por el mismo pago. Es un caso aparte.',
    'V14.reject': 'No consta lo que hay que declarar. Envíe de nuevo la solicitud cuando pueda declararlo.',
    'V16.ask': 'La solicitud se dirige a este país y a la vez se le oculta. Quítelo de la lista, o retire la solicitud.',
    'V17.review': 'Investigadores del país destinatario revisan la solicitud. No se necesita nada de usted.',
    'V24.reject': 'El motivo no es un fraude. Deje que el banco del pagador reclame el pago, o indique el motivo correcto.',
    'V25.ask': 'El motivo no dice nada por sí solo. Indique un código de fraude y ponga las palabras en los hechos del delito.',
    'V26.reject':
      'Los fondos no se siguen más lejos: demasiadas transferencias, o una cuenta por la que este caso ya ha pasado. Trabaje en la solicitud que hay allí, o recurra a la asistencia judicial recíproca.',
    'V26.ask': 'La solicitud no concuerda con la anterior del caso. Corrija lo que dice de ella.',
    'V26.flag': 'La solicitud anterior tiene otra referencia de caso u otra base legal. Compruébelas.',
  },
}
