import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { isIpv4, isIpv6, isMacAddress } from '../../../../src/redact/checks/index.ts';
import { accepts, refuses } from './cases.ts';

describe('network addresses', () => {
  it('are IPv4 with four numbers up to 255', () => {
    accepts(isIpv4, ['192.0.2.1', '0.0.0.0', '255.255.255.255', '10.20.30.40']);
    refuses(isIpv4, [
      '256.0.0.1',
      '1.2.3',
      '1.2.3.4.5',
      '01.2.3.4',
      '1.2.3.04',
      '1..2.3',
      '1.2.3.',
      '.1.2.3',
      '1.2.3.4 ',
    ]);
    refuses(isIpv4, ['1,2,3,4', '0x1.2.3.4', '1.2.3.4/24', '1.2.3.1000', '-1.2.3.4', '1.2.3.4-rc1']);
  });

  it('are IPv6 in the forms of RFC 4291', () => {
    accepts(isIpv6, [
      '2001:db8:0:0:8:800:200c:417a',
      '2001:DB8::8:800:200C:417A',
      'ff01::101',
      '::1',
      '::',
      '1::',
      '::ffff:192.0.2.128',
      '::13.1.68.3',
      '2001:db8:1:2:3:4:192.0.2.1',
      '1:2:3:4:5:6:7::',
      '::2:3:4:5:6:7:8',
      '2001:db8:1111:2222:3333:4444:255.255.255.255',
    ]);
    refuses(isIpv6, [
      ':',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '1:2:3:4:5:6:7::8',
      '12345::',
      '::g',
      ':1::',
      '1:2:3:4:5:6:7:',
      '::1.2.3',
      '::1.2.3.256',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
      '1.2.3.4::',
      '12:34:56',
      '::1:',
    ]);
  });

  it('are IPv6 with a zone', () => {
    accepts(isIpv6, ['fe80::1%eth0', 'fe80::1%25', 'fe80::a%en-0._~1']);
    refuses(isIpv6, [
      'fe80::1%',
      'fe80::1%eth0%1',
      'fe80::1%a b',
      '%eth0',
      `fe80::1%${'a'.repeat(33)}`,
      '192.0.2.1%eth0',
    ]);
  });

  it("agree with the platform's own parser", () => {
    const alphabet = ['1', '12', 'abcd', '0', '255', ':', '::', '.', '1:2:3', '1.2.3.4', 'f', ':', 'g'];
    let state = 1;
    for (let n = 0; n < 20_000; n += 1) {
      let text = '';
      for (let count = n % 17; count >= 0; count -= 1) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        text += alphabet[(state >>> 16) % alphabet.length] ?? '';
      }
      assert.equal(isIpv4(text), isIPv4(text), text);
      assert.equal(isIpv6(text), isIPv6(text), text);
    }
  });

  it('are hardware addresses with colons, dashes or dots', () => {
    accepts(isMacAddress, ['00:00:5e:00:53:01', '00-00-5E-00-53-AF', '0000.5e00.5301']);
    accepts(isMacAddress, ['00:00:5e:ef:10:00:00:01', '00-00-5E-EF-10-00-00-01', '0000.5eef.1000.0001']);
    refuses(isMacAddress, [
      '00:00:5e:00:53',
      '00:00:5e:00:53:0',
      '00:00:5e:00:53:0g',
      '00:00-5e:00:53:01',
      '00.00.5e.00.53.01',
      '0000:5e00:5301',
      '00005e005301',
      '00:00:5e:00:53:01:02',
      '000.05e.005.301',
      '12 34 56 78 90 ab',
    ]);
  });
});
