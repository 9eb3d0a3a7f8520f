from django.urls import path

from orders import event_views, fulfilment_views, rating_views, reorder_views, report_views, statistics_views, views

urlpatterns = [
    path("orders", views.OrdersView.as_view()),
    path("orders/quote", views.QuoteView.as_view()),
    path("orders/current", views.CurrentOrdersView.as_view()),
    path("orders/events", event_views.EventsView.as_view()),
    path("orders/statistics", statistics_views.StatisticsView.as_view()),
    path("orders/statistics.html", statistics_views.StatisticsPageView.as_view()),
    path("orders/export.csv", statistics_views.ExportView.as_view()),
    path("orders/<uuid:order_id>", views.OrderView.as_view()),
    path("orders/<uuid:order_id>/status", views.OrderStatusView.as_view()),
    path("orders/<uuid:order_id>/cancellation", views.CancellationView.as_view()),
    path("orders/<uuid:order_id>/rating", rating_views.RatingView.as_view()),
    path("orders/<uuid:order_id>/reorder", reorder_views.ReorderView.as_view()),
    path("orders/<uuid:order_id>/report.html", report_views.ReportPageView.as_view()),
    path("orders/<uuid:order_id>/report.pdf", report_views.ReportDocumentView.as_view()),
    path("orders/<uuid:order_id>/report.png", report_views.ReportPictureView.as_view()),
    path("orders/<uuid:order_id>/report/email", report_views.ReportEmailView.as_view()),
    path("fulfilment/orders/<uuid:order_id>/status", fulfilment_views.StatusView.as_view()),
    path("fulfilment/orders/<uuid:order_id>/delay", fulfilment_views.DelayView.as_view()),
    path("fulfilment/branches/<uuid:branch_id>/stock", fulfilment_views.StockView.as_view()),
]
