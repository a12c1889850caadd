// Buys with @getalby/lightning-tools: twice, the second time with the credential of the first.
const { fetchWithL402 } = require('@getalby/lightning-tools/402');
const { pay } = require('./wallet');

(async () => {
  const wallet = { payInvoice: async ({ invoice }) => ({ preimage: await pay(invoice) }) };
  const first = await fetchWithL402(process.argv[2], {}, { wallet });
  const again = await fetchWithL402(process.argv[2], {}, { wallet, credentials: first.payment.credentials });
  console.log([first.status, await first.text(), again.status].join(' '));
})();
