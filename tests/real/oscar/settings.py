"""The settings django-oscar needs to make its tables; the database comes from OSCAR_DATABASE as JSON."""

import json
import os

from oscar.defaults import *  # noqa: F403 - as oscar's own documentation sets a project up

SECRET_KEY = "only for making tables"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **json.loads(os.environ["OSCAR_DATABASE"])}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.flatpages",
    "django.contrib.admin",
    "oscar.config.Shop",
    *(
        f"oscar.apps.{app}"
        for app in (
            "analytics.apps.AnalyticsConfig", "checkout.apps.CheckoutConfig", "address.apps.AddressConfig",
            "shipping.apps.ShippingConfig", "catalogue.apps.CatalogueConfig",
            "catalogue.reviews.apps.CatalogueReviewsConfig", "communication.apps.CommunicationConfig",
            "partner.apps.PartnerConfig", "basket.apps.BasketConfig", "payment.apps.PaymentConfig",
            "offer.apps.OfferConfig", "order.apps.OrderConfig", "customer.apps.CustomerConfig",
            "search.apps.SearchConfig", "voucher.apps.VoucherConfig", "wishlists.apps.WishlistsConfig",
            "dashboard.apps.DashboardConfig", "dashboard.reports.apps.ReportsDashboardConfig",
            "dashboard.users.apps.UsersDashboardConfig", "dashboard.orders.apps.OrdersDashboardConfig",
            "dashboard.catalogue.apps.CatalogueDashboardConfig", "dashboard.offers.apps.OffersDashboardConfig",
            "dashboard.partners.apps.PartnersDashboardConfig", "dashboard.pages.apps.PagesDashboardConfig",
            "dashboard.ranges.apps.RangesDashboardConfig", "dashboard.reviews.apps.ReviewsDashboardConfig",
            "dashboard.vouchers.apps.VouchersDashboardConfig",
            "dashboard.communications.apps.CommunicationsDashboardConfig",
            "dashboard.shipping.apps.ShippingDashboardConfig",
        )
    ),
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
]  # fmt: skip
