export { readXml, type XmlElement, type XmlLimits } from './xml/read-xml.ts'
