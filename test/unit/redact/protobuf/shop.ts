import { createRedactor, loadDescriptors, type RedactorOptions } from '../../../../src/redact/index.ts';
import { redactPieces, type Redacted } from '../bodies.ts';
import { descriptorSet, WELL_KNOWN } from './descriptors.ts';

const shop = descriptorSet(WELL_KNOWN, {
  name: 'shop.proto',
  package: 'shop',
  imports: [WELL_KNOWN.name],
  types: [
    {
      name: 'Order',
      fields: {
        id: '1 string',
        password: '2 string',
        number: '3 int64',
        cvv: '4 int32',
        detail: '5 google.protobuf.Any',
        extra: '6 google.protobuf.Struct',
        labels: '7 repeated shop.Order.LabelsEntry',
        headers: '8 repeated shop.Header',
        credentials: '9 shop.Login',
        api_key: '10 bytes',
        blob: '11 bytes',
        pin: '12 repeated uint32',
        signed: '13 sint64',
        fixed: '14 fixed64',
        real: '15 double',
        is_password_set: '16 bool',
        token: '17 google.protobuf.StringValue',
        login: '18 group shop.Login',
        next: '19 shop.Order',
        pin_code: '20 google.protobuf.Int64Value',
        password_state: '21 enum',
        created: '22 google.protobuf.Timestamp',
        numbers: '23 repeated int64',
        doubles: '24 repeated double',
        secret: '25 float',
        auth_token: '26 google.protobuf.Timestamp',
      },
      nested: [{ name: 'LabelsEntry', fields: { key: '1 string', value: '2 string' }, isMapEntry: true }],
    },
    { name: 'Header', fields: { key: '1 string', value: '2 string' } },
    { name: 'Login', fields: { user: '1 string', code: '2 string', attempts: '3 int32' } },
  ],
  services: { Shop: { Put: ['shop.Order', 'shop.Login'] } },
  extensions: { 'shop.Login': { recovery_code: '100 string' } },
});
/** Types of every kind of field. */
export const descriptors = loadDescriptors(shop);
/** What says that a body is an order. */
export const ORDER = { contentType: 'application/x-protobuf; proto=shop.Order' };

/** Redacts a body that says that it is an order, with the types or without. */
export async function run(
  bytes: Uint8Array,
  options: RedactorOptions = { descriptors },
  early = false,
): Promise<Redacted> {
  return redactPieces([bytes], ORDER, createRedactor(options), early);
}
