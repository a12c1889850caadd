// Pays with a wallet executor, as Start-L402TestGateway -WalletPort serves one.
exports.pay = async (invoice) => {
  const response = await fetch(process.env.OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL + '/pay-bolt11', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.OA_LIGHTNING_WALLET_EXECUTOR_AUTH_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ requestId: 'peer', payment: { invoice, maxAmountMsats: 100000, host: 'peer' } }),
  });
  const answer = await response.json();
  if (!answer.ok) {
    throw new Error(answer.error.code + ': ' + answer.error.message);
  }
  return answer.result.payment.preimageHex;
};
