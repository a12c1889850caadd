@{
    IncludeDefaultRules = $true
    Severity            = @('Error', 'Warning')
    ExcludeRules        = @(
        # A parameter that a function of the script uses.
        'PSReviewUnusedParameter'
        # Functions of scripts; what a user calls is a cmdlet, and supports it.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSUseSingularNouns'
        # Specs set variables in one block and read them in another, and make secrets of their own.
        'PSUseDeclaredVarsMoreThanAssignments'
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        # -? is shown as a person types it.
        'PSAvoidUsingInvokeExpression'
    )
}
