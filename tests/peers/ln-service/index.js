// What boltwall asks of ln-service, answered by the simulated node of the test (INVOICES_URL).
const made = new Map();
const call = async (path, method) => (await fetch(process.env.INVOICES_URL + path, { method })).json();

exports.authenticatedLndGrpc = () => ({ lnd: {} });
exports.createInvoice = async ({ tokens }) => {
  const { paymentHash, paymentRequest } = await call('?sats=' + tokens, 'POST');
  const details = { id: paymentHash, request: paymentRequest, tokens, mtokens: String(tokens * 1000), created_at: new Date().toISOString(), description: '' };
  made.set(paymentRequest, details);
  return details;
};
exports.parsePaymentRequest = ({ request }) => made.get(request);
exports.getInvoice = async ({ id }) => {
  const { paymentRequest, sats, isSettled } = await call('/' + id, 'GET');
  return { id, request: paymentRequest, tokens: sats, is_confirmed: isSettled, is_held: false, created_at: new Date().toISOString(), description: '' };
};
