using System;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The checks of prepareServices and the proxy on one service (Aperture proxy/service.go, proxy/proxy.go).</summary>
internal sealed class ServiceRules(ConfigFindings findings, ExpressionRules expressions)
{
    private const long MaxPrice = 100_000L * 100_000_000L;
    private const long MaxUsageTailBytes = 1 << 20;

    private readonly HeaderRules headers = new(findings);
    private readonly RateLimitRules rateLimits = new(findings, expressions);

    public void Check(Section service)
    {
        CheckName(service);
        CheckUpstream(service);
        CheckAuth(service);
        CheckExpressions(service);
        CheckPrice(service);
        CheckRewrite(service.Child("rewrite"));
        headers.Check(service);
        rateLimits.Check(service);
    }

    private void CheckName(Section service)
    {
        var name = service.Text("name");
        if (name.Length == 0)
        {
            Fault(service, "service_name_missing", "name", "a service without a name can sell no credential: give it a name of its own");
        }
        else if (name.IndexOfAny(new[] { ':', ',' }) >= 0)
        {
            Fault(service, "service_name_delimiter", "name", "\":\" and \",\" separate names in a credential, and one for this service could not be read back: use letters, digits, \".\", \"_\" and \"-\"");
        }
    }

    private void CheckUpstream(Section service)
    {
        var address = service.Text("address");
        if (address.Length == 0)
        {
            Fault(service, "service_address_missing", "address", "every request to a service without an address fails: set the host:port of the upstream");
        }
        else if (address == GatewayService.ClosedAddress && GatewayService.NormalizeAuth(service.Text("auth")) != GatewayService.AuthOff)
        {
            Fault(service, "address_invalid", "address", "nothing listens on port 0, and paid requests are answered 502: write the port of the upstream, or auth \"off\" to close the service");
        }
        else if (address != GatewayService.ClosedAddress && HostPort.HasPortZero(address))
        {
            Fault(service, "address_invalid", "address", "nothing listens on port 0, and every request that reaches the upstream is answered 502: write the port of the upstream, or 127.0.0.1:0 and auth \"off\" to close the service");
        }
        else if (address != GatewayService.ClosedAddress && !HostPort.IsUpstream(address))
        {
            Fault(service, "address_invalid", "address", "not the address of an upstream: write host:port without a scheme, user, blank or path, with a port up to 65535, and an IPv6 host in brackets");
        }
        else if (address != GatewayService.ClosedAddress && !HostPort.IsResolvable(HostPort.GetHost(address)))
        {
            Fault(service, "address_invalid", "address", "the host is not a name that resolves, and every request fails: write a host name of letters, digits, \"-\" and \".\", or an IP address; Aperture reads variables in headers only");
        }

        if (!service.IsBroken("protocol") && service.Text("protocol") is not ("http" or "https"))
        {
            Fault(service, "protocol_unknown", "protocol", "every request fails unless the protocol is http or https: set one of them");
        }
    }

    private void CheckAuth(Section service)
    {
        var auth = service.Text("auth").ToLowerInvariant();
        if (auth.StartsWith("freebie", StringComparison.Ordinal))
        {
            CheckFreebie(service, auth);
        }
        else if (auth is not ("" or "on" or "off" or "true" or "false"))
        {
            Fault(service, "auth_unknown", "auth", "Aperture takes this for no authentication and serves everything for free: write \"on\", \"off\" or \"freebie N\"");
        }

        if (service.Number("timeout") < 0)
        {
            Warn(service, "timeout_ignored", "timeout", "a negative timeout is ignored, and credentials never expire: write their lifetime in seconds, or remove the key");
        }
    }

    private void CheckFreebie(Section service, string auth)
    {
        if (FreebieCount.ReadWritten(auth) is not { } count)
        {
            Error(service, "freebie_malformed", "auth", "Aperture crashes unless a number follows: write \"freebie N\" with one space");
        }
        else if (count is < 0 or > ushort.MaxValue)
        {
            Fault(service, "freebie_out_of_range", "auth", FormattableString.Invariant($"the count is kept in 16 bits, and this one gives {FreebieCount.Describe(FreebieCount.Keep(count))}: write a number from 1 to 65535"));
        }
        else if (count == 0)
        {
            Warn(service, "freebie_out_of_range", "auth", "0 allows no free request: write a number from 1 to 65535, or \"on\"");
        }
    }

    private void CheckExpressions(Section service)
    {
        if (service.Text("hostregexp").Length == 0 && !service.IsBroken("hostregexp"))
        {
            Warn(service, "hostregexp_missing", "hostregexp", "without an expression the service matches requests for every host: set hostregexp");
        }

        expressions.CheckRoute(service, "hostregexp");
        expressions.CheckRoute(service, "pathregexp");
        foreach (var key in new[] { "authwhitelistpaths", "authskipinvoicecreationpaths" })
        {
            foreach (var item in service.Texts(key))
            {
                expressions.Check(item.Text, item.Position, item.Path);
                if (item.Text.Length == 0)
                {
                    findings.Warn("expression_matches_all", "an empty expression matches every path: write the intended paths", item.Position, item.Path);
                }
            }
        }
    }

    private void CheckPrice(Section service)
    {
        var dynamicPrice = service.Child("dynamicprice");
        CheckDynamicPrice(dynamicPrice);
        if (dynamicPrice.Flag("enabled"))
        {
            if (service.Number("price") != 0)
            {
                findings.Info("price_ignored", "dynamicprice.enabled is true, and the price is ignored", service.At("price"), service.GetPath("price"));
            }

            return;
        }

        var price = service.Number("price");
        if (price < 0)
        {
            Error(service, "price_negative", "price", "a price must not be negative: write whole satoshis, 1 or more");
        }
        else if (price > MaxPrice)
        {
            Error(service, "price_too_high", "price", "a price is at most 10000000000000 satoshis (100,000 BTC): is this one in millisatoshis?");
        }
        else if (price == 0 && service.Has("price") && !service.IsBroken("price") && !service.IsNull("price"))
        {
            findings.Info("price_default", "0 is not free but the default, 1 satoshi: write 1, or auth \"off\" for a free service", service.At("price"), service.GetPath("price"));
        }
    }

    private void CheckDynamicPrice(Section dynamicPrice)
    {
        if (dynamicPrice.Flag("metered") && !dynamicPrice.Flag("enabled") && !dynamicPrice.IsBroken("enabled"))
        {
            ErrorAtMain(dynamicPrice, "metered_needs_enabled", "metered", "dynamicprice.metered needs dynamicprice.enabled: set it to true as well");
        }

        if (dynamicPrice.Number("usagetailbytes") is < 0 or > MaxUsageTailBytes)
        {
            ErrorAtMain(dynamicPrice, "usagetailbytes_out_of_range", "usagetailbytes", "usagetailbytes must be from 0 to 1048576");
        }

        if (!dynamicPrice.Flag("enabled"))
        {
            return;
        }

        if (dynamicPrice.Text("grpcaddress").Length == 0 && !dynamicPrice.IsBroken("grpcaddress"))
        {
            Fault(dynamicPrice, "grpcaddress_missing", "grpcaddress", "dynamicprice.enabled needs grpcaddress, the host:port of the price server: set it");
        }

        if (GoUrl.TryParse("dns:///" + dynamicPrice.Text("grpcaddress")) is null && GoUrl.TryParse(dynamicPrice.Text("grpcaddress")) is null)
        {
            Error(dynamicPrice, "grpcaddress_invalid", "grpcaddress", "not an address, and Aperture stops: write the host:port of the price server without \"%\" and control characters");
        }

        if (!dynamicPrice.Flag("insecure") && dynamicPrice.Text("tlscertpath").Length == 0 && !dynamicPrice.IsBroken("insecure"))
        {
            Error(dynamicPrice, "tlscertpath_missing", "tlscertpath", "dynamicprice needs tlscertpath, the certificate of the price server: set it, or set insecure to true");
        }
    }

    private void CheckRewrite(Section rewrite)
    {
        var prefix = rewrite.Text("prefix");
        if (prefix.Length > 0 && !RewritePrefix.IsAbsolutePath(prefix))
        {
            Error(rewrite, "rewrite_prefix_invalid", "prefix", "the prefix must be an absolute path without scheme, host, query or fragment: start it with one \"/\" and escape others as %XX");
        }
    }

    private void Error(Section section, string code, string key, string message) =>
        findings.Error(code, message, section.At(key), section.GetPath(key));

    /// <summary>Reports an error of the main branch. v0.5.0 does not know the key.</summary>
    private void ErrorAtMain(Section section, string code, string key, string message)
    {
        if ((findings.Versions & ApertureVersions.Main) != ApertureVersions.None)
        {
            findings.Error(code, message, section.At(key), section.GetPath(key), stops: ApertureVersions.Main);
        }
    }

    /// <summary>Reports a setting that Aperture starts with and that fails or is free at run time.</summary>
    private void Fault(Section section, string code, string key, string message) =>
        findings.Error(code, message, section.At(key), section.GetPath(key), stops: ApertureVersions.None);

    private void Warn(Section section, string code, string key, string message) =>
        findings.Warn(code, message, section.At(key), section.GetPath(key));
}
