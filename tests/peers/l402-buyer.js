// Buys with the package l402: twice, the second time with its stored token.
const axios = require('axios');
const { MemoryTokenStore, setupL402Interceptor } = require('l402');
const { pay } = require('./wallet');

const wallet = { payInvoice: async (invoice) => ({ success: true, preimage: await pay(invoice) }) };
const client = axios.create();
setupL402Interceptor(client, wallet, new MemoryTokenStore());
(async () => {
  const first = await client.get(process.argv[2]);
  const again = await client.get(process.argv[2]);
  console.log([first.status, first.data, again.status].join(' '));
})();
